"""The health check of a container: what its exit code says of the process."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from deploy.local.layout import REPOSITORY
from tests.support.rig import free_port

PROBE = REPOSITORY / "deploy/containers/probe.py"


def probed(port: str) -> tuple[int, str]:
    command = [sys.executable, "-I", "-S", str(PROBE)]
    done = subprocess.run(command, env={"GUOHU_ADMIN_PORT": port}, capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


@pytest.fixture(params=[200, 503])
def admin(request: pytest.FixtureRequest) -> Iterator[tuple[int, int]]:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(request.param if self.path == "/readyz" else 404)
            self.end_headers()
            self.wfile.write(b'{"database": "no answer"}')

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.server_address[1], request.param
        server.shutdown()
        thread.join()


def test_container_is_healthy_exactly_when_the_process_says_it_is_ready(admin: tuple[int, int]) -> None:
    port, status = admin

    code, said = probed(str(port))

    assert (code == 0) == (status == 200)
    assert ("database" in said) == (status == 503), "whoever looks at the check learns what is missing"


@pytest.mark.parametrize("port", ["", "admin", str(free_port())])
def test_container_without_an_answer_is_not_healthy(port: str) -> None:
    code, said = probed(port)

    assert code == 1
    assert said
