"""Stored bytes behind one port: a folder on one machine, S3 elsewhere. Also the 60-second links the gateway streams from."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import eventlet.tpool

from services.common.kit import tokens
from services.common.kit.errors import DomainError, InvalidValue, Kind, NotFound

KEY = re.compile(r"^[a-z]+(/[A-Za-z0-9._-]+){1,6}$")
CHUNK = 64 * 1024
AUDIENCE = "gateway-download"
INCOMING = "incoming"
"""The folder of uploads nobody has looked at yet."""


class Store(Protocol):
    """Where bytes are kept."""

    def put(self, key: str, data: bytes) -> str:
        """Keep under this key, replacing what was there; returns the SHA-256. Durable when it returns. Raises Unavailable."""

    def get(self, key: str) -> bytes:
        """Return the bytes. Raises NotFound, Unavailable."""

    def stat(self, key: str) -> tuple[int, str]:
        """Return size and SHA-256. Raises NotFound."""

    def read(self, key: str) -> Iterator[bytes]:
        """Stream the bytes. Raises NotFound before the first chunk."""

    def delete(self, key: str) -> None:
        """Remove; removing nothing is no error."""

    def old(self, folder: str, before: dt.datetime, limit: int) -> list[str]:
        """Return keys of a folder, such as `incoming`, last written before then, at most so many."""

    def ready(self) -> bool:
        """Whether it answers."""


def checked(key: str) -> str:
    """Return the key. Raises InvalidValue for one that could leave its place."""
    if not KEY.fullmatch(key) or ".." in key:
        raise InvalidValue("object.key_invalid")
    return key


class FolderStore:
    """A folder. Writing is atomic and synced: a reader sees the whole object or none, also after a power cut."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _path(self, key: str) -> Path:
        return self._folder / checked(key)

    def put(self, key: str, data: bytes) -> str:
        """Write beside, sync, rename, sync the folder; off the event loop, because syncing blocks."""
        path = self._path(key)
        eventlet.tpool.execute(self._write, path, data)
        return hashlib.sha256(data).hexdigest()

    @staticmethod
    def _write(path: Path, data: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}.{os.urandom(6).hex()}")
        with beside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.rename(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def get(self, key: str) -> bytes:
        """Read all."""
        try:
            return self._path(key).read_bytes()
        except FileNotFoundError as missing:
            raise NotFound("object.not_found") from missing

    def stat(self, key: str) -> tuple[int, str]:
        """Read all to hash: objects here are small."""
        data = self.get(key)
        return len(data), hashlib.sha256(data).hexdigest()

    def read(self, key: str) -> Iterator[bytes]:
        """Read in chunks."""
        try:
            file = self._path(key).open("rb")
        except FileNotFoundError as missing:
            raise NotFound("object.not_found") from missing
        return _chunks(file)

    def delete(self, key: str) -> None:
        """Unlink."""
        self._path(key).unlink(missing_ok=True)

    def old(self, folder: str, before: dt.datetime, limit: int) -> list[str]:
        """Look at the times of the files; what a crash left half-written has no key, and is deleted."""
        found: list[str] = []
        for path in sorted((self._folder / folder).rglob("*")):
            if len(found) < limit and path.is_file() and path.stat().st_mtime < before.timestamp():
                if path.name.startswith("."):
                    path.unlink(missing_ok=True)
                else:
                    found.append(str(path.relative_to(self._folder)))
        return found

    def ready(self) -> bool:
        """Whether the folder can be written to."""
        return os.access(self._folder, os.W_OK)


def _chunks(file: Any) -> Iterator[bytes]:
    with file:
        while chunk := file.read(CHUNK):
            yield chunk


class Objects:
    """The store as a service uses it, with links signed in its name."""

    def __init__(self, store: Store, service: str, link_key: bytes | None) -> None:
        self._store = store
        self._service = service
        self._link_key = link_key
        self.put, self.get, self.stat = store.put, store.get, store.stat
        self.read, self.delete, self.ready, self.old = store.read, store.delete, store.ready, store.old

    def link(self, key: str, lifetime: dt.timedelta = dt.timedelta(seconds=60)) -> str:
        """Return a link only the gateway can open, for a caller this service has checked."""
        if self._link_key is None:
            raise DomainError("object.no_link_key", Kind.INTERNAL)
        claims = {"iss": self._service, "aud": AUDIENCE, "key": checked(key)}
        return tokens.sign(claims, self._link_key, lifetime=lifetime, now=dt.datetime.now(dt.UTC))


class Incoming:
    """The gateway's way in: it can put under `incoming/` and do nothing else. The owner's worker takes it from there.

    At an S3 server the key behind this store is allowed to put objects under `incoming/`, not to read, list or delete.
    """

    def __init__(self, store: Store) -> None:
        self._put = store.put

    def put(self, upload_id: str, data: bytes) -> str:
        """Put an upload in; returns its SHA-256. Raises InvalidValue for an id that could leave the folder, Unavailable."""
        if "/" in upload_id:
            raise InvalidValue("object.key_invalid")
        return self._put(f"{INCOMING}/{upload_id}", data)


class Links:
    """Opens links: the gateway's half."""

    def __init__(self, store: Store, keys: Path) -> None:
        self._store = store
        self._keys = {file.stem: file.read_bytes() for file in keys.glob("*.pub")}

    def open_link(self, link: str) -> tuple[int, str, Iterator[bytes]]:
        """Return size, SHA-256 and the bytes in chunks. Raises NotAuthenticated for an expired or forged link, NotFound."""
        for issuer, pem in self._keys.items():
            try:
                claims = tokens.verify(link, pem, audience=AUDIENCE)
            except DomainError as wrong:
                if wrong.code == "token.expired":
                    raise
                continue
            if claims.get("iss") == issuer:
                size, sha256 = self._store.stat(claims["key"])
                return size, sha256, self._store.read(claims["key"])
        raise DomainError("object.link_invalid", Kind.UNAUTHENTICATED)
