"""argon2id password hashes (RFC 9106, second recommended setting: 64 MiB, 3 passes, 4 lanes)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

OffLoop = Callable[..., Any]
"""Runs `function(*arguments)` in an operating-system thread and returns its result, so that the event loop goes on."""


class Argon2Passwords:
    """The port `Passwords`. `off_loop` is given by the wiring: argon2-cffi releases the GIL while it works, so a thread is enough."""

    def __init__(self, off_loop: OffLoop) -> None:
        self._hasher = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
        self._off_loop = off_loop
        self._nobody = self._hasher.hash("the password of nobody")

    def hash(self, password: str) -> str:
        """Return hash, salt and parameters as one text."""
        return str(self._off_loop(self._hasher.hash, password))

    def fits(self, kept: str | None, password: str) -> bool:
        """Return whether the password fits; without a hash, False after the same work."""
        fits = bool(self._off_loop(self._verify, kept or self._nobody, password))
        return fits and kept is not None

    def _verify(self, kept: str, password: str) -> bool:
        try:
            return self._hasher.verify(kept, password)
        except (VerificationError, InvalidHashError):
            return False
