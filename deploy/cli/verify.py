"""`guohu verify FILE`: a signed PDF or an evidence package, checked with nothing but the file and the platform's root."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

ACCEPTED, REFUSED, UNREADABLE, ROOT_UNCHECKED = 0, 1, 2, 3
"""Exit codes. The last: all is well if the root that came with the file is the platform's, which nobody has checked."""


def read_root(file: Path | None, content: bytes) -> tuple[bytes | None, bool]:
    """Return the root (DER) and whether it was given by the caller. Raises ClickException for a file that holds none."""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    from services.signing.adapters.engine.offline import root_within

    if file is None:
        return root_within(content), False
    raw = file.read_bytes()
    try:
        pem = b"-----BEGIN" in raw
        certificate = x509.load_pem_x509_certificate(raw) if pem else x509.load_der_x509_certificate(raw)
    except ValueError as wrong:
        raise click.BadParameter("holds no certificate", param_hint="--root") from wrong
    return certificate.public_bytes(Encoding.DER), True


def judge(content: bytes, root: bytes) -> dict[str, Any]:
    """Return what came of it as plain values."""
    from services.signing.adapters.engine.offline import verify_file

    found = verify_file(content, root, lambda: datetime.now(UTC)).as_json()
    return {**found, "root_sha256": hashlib.sha256(root).hexdigest()}


def exit_code(found: Mapping[str, Any], *, root_given: bool) -> int:
    """Return what the command ends with."""
    if not found["accepted"]:
        return REFUSED
    return ACCEPTED if root_given else ROOT_UNCHECKED


def words(found: Mapping[str, Any], *, root_given: bool) -> str:
    """Return the findings for people."""
    lines = ["accepted" if found["accepted"] else "NOT ACCEPTED"]
    lines += [f"  {reason}" for reason in found["reasons"]]
    lines += [f"sha256  {found['sha256']}", f"root    {found['root_sha256']}"]
    if not root_given:
        lines.append(
            "        taken from the file itself: compare it with the one the platform publishes, or give --root"
        )
    if found["case_no"]:
        lines.append(f"case    {found['case_no']}, {found['acts']} acts on record")
    for name, one in found["documents"].items():
        lines += [
            f"{name}: {'accepted' if one['accepted'] else 'NOT ACCEPTED'}",
            *(f"  {each}" for each in one["reasons"]),
        ]
        for part in (*one["signatures"], *one["document_timestamps"]):
            when = part.get("signed_at") or part.get("stamped_at") or "no time"
            who = part.get("common_name") or "time stamp"
            told = ", ".join(part["reasons"]) or "valid"
            lines.append(f"  {part['field']:10} {when:26} {who}: {told}")
    return "\n".join(lines)
