"""Makes the bucket: versions are kept, so that what is replaced or deleted can be brought back; locks only when made with them."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

import urllib3
from minio.commonconfig import ENABLED
from minio.error import MinioException, S3Error
from minio.versioningconfig import VersioningConfig

from services.common.kit import objects_s3
from services.common.kit.errors import Unavailable
from services.common.kit.settings import Environment


def make_bucket(environ: Mapping[str, str]) -> str:
    """Return what was done. Raises Unavailable while the server does not answer, SettingMissing."""
    values = Environment(environ)
    parts = urlsplit(values.text("GUOHU_OBJECTS"))
    client = objects_s3.connect(
        parts.netloc,
        values.text("GUOHU_S3_ACCESS_KEY"),
        values.text("GUOHU_S3_SECRET_KEY"),
        values.text("GUOHU_S3_REGION", "us-east-1"),
        tls=parts.scheme == "s3",
    )
    name, locks = parts.path.strip("/"), bool(values.text("GUOHU_S3_RETAIN", ""))
    try:
        if client.bucket_exists(name):
            return f"bucket {name} is there"
        client.make_bucket(name, object_lock=locks)
        client.set_bucket_versioning(name, VersioningConfig(ENABLED))
    except S3Error as refused:
        if refused.code in {"BucketAlreadyOwnedByYou", "BucketAlreadyExists"}:
            return f"bucket {name} is there"
        raise Unavailable("object.store_unavailable") from refused
    except (MinioException, urllib3.exceptions.HTTPError, OSError) as silent:
        raise Unavailable("object.store_unavailable") from silent
    return f"bucket {name} was made, versions kept{', objects can be locked' if locks else ''}"
