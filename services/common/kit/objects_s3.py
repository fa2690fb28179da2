"""Objects in a bucket of an S3 server (MinIO and its kin, Ceph, a cloud's own). Decides what is checked and what an outage is.

The `minio` client speaks through plain Python sockets, which eventlet makes cooperative; no upload is split into parts,
because the client would do that on threads of its own. The bucket itself (versions, lock) is made by whoever deploys.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import io
import itertools
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import urllib3
from minio import Minio
from minio.commonconfig import COMPLIANCE
from minio.error import MinioException, S3Error
from minio.retention import Retention

from services.common.kit.errors import DomainError, Kind, NotFound, Unavailable
from services.common.kit.objects import CHUNK, checked
from services.common.kit.settings import SettingMissing

log = logging.getLogger(__name__)
T = TypeVar("T")
CONNECT_SECONDS, READ_SECONDS = 2.0, 15.0
CONNECTIONS = 20
ONE_PART = 5 * 1024**3
"""The most S3 takes in one piece; our objects are a thousandth of it."""
HASH = "x-amz-meta-sha256"


@dataclass(frozen=True)
class Retained:
    """What nobody may delete or replace for a time: longest matching prefix of the key -> days."""

    days: dict[str, int]

    @classmethod
    def read(cls, text: str) -> Retained:
        """Read `signing/=3650,contract/=30`; empty: nothing is retained. Raises SettingMissing."""
        days: dict[str, int] = {}
        for one in filter(None, (part.strip() for part in text.split(","))):
            prefix, _, number = one.partition("=")
            if not prefix or not number.isdigit() or int(number) == 0:
                raise SettingMissing(f"GUOHU_S3_RETAIN: {one!r} is not like signing/=3650")
            days[prefix] = int(number)
        return cls(days)

    def until(self, key: str, now: dt.datetime) -> dt.datetime | None:
        """Return until when this key is kept whatever anybody wants; None: no longer than it is wanted."""
        found = [prefix for prefix in self.days if key.startswith(prefix)]
        return now + dt.timedelta(days=self.days[max(found, key=len)]) if found else None


def connect(host: str, access_key: str, secret_key: str, region: str, *, tls: bool) -> Minio:
    """Return a client that gives up in seconds: a question's deadline is five, and its asker repeats."""
    pool = urllib3.PoolManager(
        maxsize=CONNECTIONS,
        block=False,
        timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS),
        retries=urllib3.Retry(
            total=1, backoff_factor=0.1, status_forcelist=[500, 502, 503, 504], raise_on_status=False
        ),
    )
    return Minio(host, access_key=access_key, secret_key=secret_key, secure=tls, region=region, http_client=pool)


class S3Store:
    """A bucket. Every object carries its SHA-256; what is read is compared with it."""

    def __init__(self, client: Minio, bucket: str, retained: Retained | None = None) -> None:
        self._client = client
        self._bucket = bucket
        self._retained = retained or Retained({})
        self._lock_seen = False

    def put(self, key: str, data: bytes) -> str:
        """Upload in one piece, with the hash as metadata and as the checksum that the server compares where it can."""
        digest = hashlib.sha256(data)
        until = self._retained.until(checked(key), dt.datetime.now(dt.UTC))
        said = {"sha256": digest.hexdigest(), "x-amz-checksum-sha256": base64.b64encode(digest.digest()).decode()}
        _answered(
            lambda: self._client.put_object(
                self._bucket,
                key,
                io.BytesIO(data),
                len(data),
                metadata=dict(said),
                part_size=ONE_PART,
                retention=Retention(COMPLIANCE, until) if until else None,
            )
        )
        return digest.hexdigest()

    def get(self, key: str) -> bytes:
        """Download all. Raises NotFound, Unavailable, and `object.damaged` when the bytes are not those once put."""
        return b"".join(self.read(key))

    def stat(self, key: str) -> tuple[int, str]:
        """Ask for size and hash; one that came there without our hash is read to make it."""
        found = _answered(lambda: self._client.stat_object(self._bucket, checked(key)))
        said = str((found.metadata or {}).get(HASH, ""))
        return int(found.size or 0), said or hashlib.sha256(self.get(key)).hexdigest()

    def read(self, key: str) -> Iterator[bytes]:
        """Download in chunks; the last is given only when the whole is what was once put, else `object.damaged` is raised."""
        response = _answered(lambda: self._client.get_object(self._bucket, checked(key)))
        return _verified(response, str(response.headers.get(HASH, "")))

    def delete(self, key: str) -> None:
        """Remove; a version under retention stays readable to an auditor, though not under this key."""
        _answered(lambda: self._client.remove_object(self._bucket, checked(key)))

    def old(self, folder: str, before: dt.datetime, limit: int) -> list[str]:
        """List the folder until enough are found."""

        def listed() -> list[str]:
            every = self._client.list_objects(self._bucket, prefix=f"{folder}/", recursive=True)
            dated = ((str(one.object_name), one.last_modified) for one in every)
            return list(itertools.islice((key for key, at in dated if at is not None and at < before), limit))

        return _answered(listed)

    def ready(self) -> bool:
        """Whether the bucket is there, and locks objects where some are to be retained."""
        if not self._retained.days or self._lock_seen:
            return bool(_answered(lambda: self._client.bucket_exists(self._bucket)))
        _answered(lambda: self._client.get_object_lock_config(self._bucket))
        self._lock_seen = True
        return True


def _verified(response: Any, wanted: str) -> Iterator[bytes]:
    digest, held = hashlib.sha256(), b""
    chunks = response.stream(CHUNK)
    try:
        while chunk := _answered(lambda: next(chunks, b"")):
            digest.update(chunk)
            if held:
                yield held
            held = chunk
        if wanted and digest.hexdigest() != wanted:
            raise DomainError("object.damaged", Kind.INTERNAL)
        if held:
            yield held
    finally:
        response.close()
        response.release_conn()


def _answered(ask: Callable[[], T]) -> T:
    """Return what the server says. Raises NotFound for a missing object; Unavailable for everything else it refuses or leaves unsaid."""
    try:
        return ask()
    except S3Error as refused:
        if refused.code == "NoSuchKey":
            raise NotFound("object.not_found") from refused
        log.warning("object store refused", extra={"code": str(refused.code)})
        raise Unavailable("object.store_unavailable") from refused
    except (MinioException, urllib3.exceptions.HTTPError, OSError) as silent:
        raise Unavailable("object.store_unavailable") from silent
