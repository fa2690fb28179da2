"""Opens the object store a deployment names: a folder, or a bucket of an S3 server. Decides nothing about either."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from services.common.kit import objects_s3
from services.common.kit.errors import DomainError, Kind
from services.common.kit.objects import FolderStore, Store


def open_store(
    address: str, *, access_key: str = "", secret_key: str = "", region: str = "us-east-1", retain: str = ""
) -> Store:
    """`file:<folder>` or `s3://host:port/bucket` (`s3+insecure://` without TLS). `retain`: see `objects_s3.Retained`."""
    parts = urlsplit(address)
    if parts.scheme == "file":
        folder = Path(address.removeprefix("file://").removeprefix("file:"))
        folder.mkdir(parents=True, exist_ok=True)
        return FolderStore(folder)
    if parts.scheme in {"s3", "s3+insecure"}:
        client = objects_s3.connect(parts.netloc, access_key, secret_key, region, tls=parts.scheme == "s3")
        return objects_s3.S3Store(client, parts.path.strip("/"), objects_s3.Retained.read(retain))
    raise DomainError("object.address_invalid", Kind.INTERNAL)
