"""The health check inside a container: exit 0 when the process says on its admin port that it is ready; else it says what is not.

It is run every ten seconds beside every process, so it costs as little as an interpreter can: a socket of the standard library,
no HTTP client (which loads ten times as much), and `-I -S`, so that nothing in the image can change what it does.
"""

import os
import socket
import sys

SECONDS = 4
MOST = 10_000


def main() -> int:
    """Ask `/readyz`; 1 when it says no, does not answer in time, or the container has no admin port."""
    port = os.environ.get("GUOHU_ADMIN_PORT", "")
    if not port.isdigit():
        print("GUOHU_ADMIN_PORT is not set: this container is not a service process", file=sys.stderr)
        return 1
    try:
        status, body = ask(int(port))
    except OSError as wrong:
        print(wrong, file=sys.stderr)
        return 1
    if status == b"200":
        return 0
    print((body or status).decode(errors="replace"), file=sys.stderr)  # names what does not answer
    return 1


def ask(port: int) -> tuple[bytes, bytes]:
    """Return status and body. Raises OSError."""
    with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as link:
        link.sendall(b"GET /readyz HTTP/1.0\r\nHost: localhost\r\n\r\n")
        answer = b""
        while len(answer) < MOST and (more := link.recv(MOST)):
            answer += more
    head, _, body = answer.partition(b"\r\n\r\n")
    return (head.split(None, 2)[1:2] or [b"no answer"])[0], body


if __name__ == "__main__":
    sys.exit(main())
