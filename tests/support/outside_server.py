"""An HTTP server on loopback that speaks somebody else's protocol in a test, in a thread of its own."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from services.common.kit.outside import answer_signature, request_signature


@dataclass(frozen=True)
class Received:
    """One request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class OutsideServer:
    """`answer` makes status, content and perhaps headers of each request; bytes are sent as they are, anything else as JSON."""

    answer: Callable[[Received], tuple[Any, ...]] = lambda received: (200, {})
    received: list[Received] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)
    url: str = ""

    def hang(self, received: Received) -> tuple[int, Any]:
        """Answer nothing until the test is over."""
        self.released.wait(20)
        return 500, b""


def signed(key: bytes, content: Any, status: int = 200) -> Callable[[Received], tuple[Any, ...]]:
    """Answer as a partner who shares a key with us does; a request not signed with it gets 401."""

    def answer(received: Received) -> tuple[Any, ...]:
        told = {name.lower(): value for name, value in received.headers.items()}
        nonce = told.get("x-nonce", "")
        raw = json.dumps(content).encode()
        good = request_signature(key, received.method, received.path, told.get("x-timestamp", ""), nonce, received.body)
        if told.get("x-signature") != good and status == 200:
            raw = b"{}"
            return 401, raw, {"X-Signature": answer_signature(key, nonce, 401, raw)}
        return status, raw, {"X-Signature": answer_signature(key, nonce, status, raw)}

    return answer


@contextmanager
def outside_server() -> Iterator[OutsideServer]:
    """Serve until the block ends."""
    server = OutsideServer()

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            one = Received(self.command, self.path, dict(self.headers.items()), body)
            server.received.append(one)
            status, content, *more = server.answer(one)
            raw = content if isinstance(content, bytes) else json.dumps(content).encode()
            try:
                own = more[0] if more else {}
                # a test that sets the clock says the date itself; the handler would add the machine's
                (self.send_response_only if "Date" in own else self.send_response)(status)
                self.send_header("Content-Length", str(len(raw)))
                for name, value in own.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(raw)
            except OSError:
                return

        do_GET = do_POST = _serve

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    httpd.daemon_threads = True
    server.url = f"http://127.0.0.1:{httpd.server_port}"
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.released.set()
        httpd.shutdown()
        httpd.server_close()
        thread.join()
