"""Stands for a service process: answers `/readyz` on its admin port.

`hiding`: it also keeps a grandchild with a session of its own and an empty environment, so that neither process group
nor marker shows whose it is. `broken`: it ends at once, as one with a wrong setting does.
"""

import os
import signal
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer


class Admin(BaseHTTPRequestHandler):
    """Ready, always."""

    def do_GET(self) -> None:
        """Answer 200."""
        self.send_response(200 if self.path == "/readyz" else 404)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


if __name__ == "__main__":
    if sys.argv[1:] == ["broken"]:
        sys.exit("GUOHU_EXAMPLE is not set")
    if sys.argv[1:] == ["hiding"]:
        subprocess.Popen(["/bin/sleep", "600"], env={}, start_new_session=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    HTTPServer(("127.0.0.1", int(os.environ["GUOHU_ADMIN_PORT"])), Admin).serve_forever()
