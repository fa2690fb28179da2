"""A port that tells whether anything the tests draw reaches out."""

import socket


class Listener:
    """A loopback port nobody should come to; visitors wait in its queue until they are counted."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.setblocking(False)  # noqa: FBT003
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def visits(self) -> int:
        count = 0
        while True:
            try:
                self._socket.accept()[0].close()
            except BlockingIOError:
                return count
            count += 1

    def close(self) -> None:
        self._socket.close()
