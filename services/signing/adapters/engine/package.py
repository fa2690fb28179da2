"""The evidence package (证据包): one zip with report, record, documents, certificates, lists and time stamps.

Decides which files it holds and how they hang together: the record (`evidence.json`) lists the hash of every other file, and is
itself attached to the signed report. Verifying one is `offline`'s business.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

from asn1crypto import cms

from services.signing.adapters.engine.authority import RevocationLists
from services.signing.adapters.engine.revisions import embedded_certificates, embedded_messages, signature_tokens

FORMAT = "guohu-evidence/1"
RECORD, REPORT = "evidence.json", "report.pdf"
_EPOCH = (2000, 1, 1, 0, 0, 0)
"""The zip says nothing about time: the report does."""


def collect(
    documents: Mapping[str, bytes], root: bytes, issuing: Sequence[bytes], lists: RevocationLists
) -> dict[str, bytes]:
    """Return all files but record and report, by name. `issuing`: the authorities, of which the newest issued the report's certificate."""
    *former, newest = issuing
    files = {f"documents/{kind}.pdf": document for kind, document in documents.items()}
    *former_lists, newest_list = lists.issuing.values()
    files |= {"lists/root.crl": lists.root, "lists/issuing.crl": newest_list}
    files |= {f"lists/issuing-{place}.crl": der for place, der in enumerate(former_lists, start=1)}
    files |= {"certificates/root.cer": root, "certificates/issuing.cer": newest}
    files |= {f"certificates/issuing-{place}.cer": der for place, der in enumerate(former, start=1)}
    for kind, document in documents.items():
        for der in embedded_certificates(document):
            files[f"certificates/{hashlib.sha256(der).hexdigest()[:32]}.cer"] = der
        for place, token in enumerate(_tokens(document), start=1):
            files[f"timestamps/{kind}-{place}.tst"] = token
    return files


def record(told: Mapping[str, Any], files: Mapping[str, bytes]) -> bytes:
    """Return the record: what the service told, and the hash of every file."""
    listed = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    documents = [{**one, "digests": digests(files[f"documents/{one['kind']}.pdf"])} for one in told["documents"]]
    body = {"format": FORMAT, **told, "documents": documents, "files": listed}
    return json.dumps(body, ensure_ascii=False, indent=1, sort_keys=True).encode()


def digests(content: bytes) -> dict[str, str]:
    """Return the hashes a court may ask for: SHA-256, and SM3 (GB/T 32905) where the machine knows it."""
    names = ("sha256", *(["sm3"] if "sm3" in hashlib.algorithms_available else []))
    return {name: hashlib.new(name, content).hexdigest() for name in names}


def packed(files: Mapping[str, bytes]) -> bytes:
    """Return the zip."""
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), files[name], zipfile.ZIP_DEFLATED)
    return written.getvalue()


def _tokens(document: bytes) -> list[bytes]:
    """Return every time-stamp token in a document as DER, in the order of the file."""
    found = []
    for message in embedded_messages(document):
        if message["encap_content_info"]["content_type"].native == "tst_info":
            found.append(message)
        found.extend(signature_tokens(message))
    return [cms.ContentInfo({"content_type": "signed_data", "content": one}).dump() for one in found]
