"""The health check inside a container: exit 0 when the process says on its admin port that it is ready.

Standard library only and run with `-I`: it starts in some milliseconds and nothing in the image can change what it does.
"""

import os
import sys
import urllib.error
import urllib.request

SECONDS = 4


def main() -> int:
    """Ask `/readyz`; 1 when it says no, does not answer in time, or the container has no admin port."""
    port = os.environ.get("GUOHU_ADMIN_PORT", "")
    if not port.isdigit():
        print("GUOHU_ADMIN_PORT is not set: this container is not a service process", file=sys.stderr)
        return 1
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=SECONDS) as answer:
            return 0 if answer.status == 200 else 1
    except (urllib.error.URLError, OSError) as wrong:
        print(wrong, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
