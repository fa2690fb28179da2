"""Documents in the object store: nothing is used whose bytes are not those recorded, and a revision only ever appends."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from services.common.messages.contract import Download
from services.common.values import CaseNo
from services.signing.application.ports import Made, Objects
from services.signing.domain.envelope import Envelope
from services.signing.domain.errors import RevisionsDiffer, StoredDocumentDiffers
from services.signing.domain.parts import Document, Growth


def key_of(case_no: CaseNo, version: int, kind: str, name: str) -> str:
    """Where signing keeps a revision. The base is named by its hash, so that a repeat writes the same bytes again."""
    return f"signing/{case_no}/{version}/{kind}/{name}.pdf"


def read(objects: Objects, key: str, sha256: str) -> bytes:
    """Return the bytes. Raises StoredDocumentDiffers, NotFound."""
    data = objects.get(key)
    if hashlib.sha256(data).hexdigest() != sha256:
        raise StoredDocumentDiffers
    return data


def keep_grown(
    objects: Objects, envelope: Envelope, document: Document, before: bytes, made: Made, attempt: str
) -> Growth:
    """Keep what the engine made of `before`. Raises RevisionsDiffer unless it is `before` with something appended.

    The key is this attempt's own: another's, even with the same bytes, can be discarded without harm.
    """
    known = len(document.revisions)
    sha256 = hashlib.sha256(made.document).hexdigest()
    appended = len(made.document) > len(before) and made.document.startswith(before)
    if not appended or made.revisions[:known] != document.revisions or made.revisions[known:][-1:] != (sha256,):
        raise RevisionsDiffer(document=document.kind)
    key = key_of(envelope.case_no, envelope.version, document.kind, f"{sha256}-{attempt}")
    objects.put(key, made.document)
    return Growth(document.kind, document.sha256, key, made.revisions[known:], made.serial, made.level)


def discard(objects: Objects, growths: Iterable[Growth]) -> None:
    """Remove what was made in vain: nobody refers to it, and it shows who was willing to sign what.

    Only after a refusal. Of a commit that got no answer nobody knows whether it refers to these.
    """
    for one in growths:
        objects.delete(one.key)


def download(objects: Objects, key: str, sha256: str, file_name: str) -> Download:
    """Return a link to a stored PDF. Raises StoredDocumentDiffers, NotFound."""
    size, found = objects.stat(key)
    if found != sha256:
        raise StoredDocumentDiffers
    return Download(link=objects.link(key), file_name=file_name, media_type="application/pdf", size=size, sha256=sha256)
