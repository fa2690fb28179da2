"""Is this document genuine? Asked by the code printed on it, or with the file itself; needs no account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .client import Client

PDF = "application/pdf"


@dataclass(frozen=True)
class SignatureFact:
    """One signature found. Names are masked."""

    signer: str
    signed_at: str
    intact: bool
    trusted: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Verification:
    """What was found; `reasons` say why a document is not accepted."""

    accepted: bool
    code: str
    state: str
    case_no: str
    filing_no: str
    reasons: tuple[str, ...]
    signatures: tuple[SignatureFact, ...]


def verify_code(client: Client, code: str) -> Verification:
    """By the code printed on the document (查验码). Raises NotFound for a code of nothing."""
    return _read(client.read("verify_code", code=code))


def verify_file(client: Client, pdf: bytes) -> Verification:
    """By the file itself."""
    return _read(client.read("verify_file", data=pdf, media=PDF))


def _read(told: dict[str, Any]) -> Verification:
    facts = [
        SignatureFact(one["signer"], str(one["signed_at"] or ""), one["intact"], one["trusted"], tuple(one["reasons"]))
        for one in told["signatures"]
    ]
    return Verification(
        accepted=told["accepted"],
        code=told["code"],
        state=told["state"],
        case_no=told["case_no"],
        filing_no=told["filing_no"],
        reasons=tuple(told["reasons"]),
        signatures=tuple(facts),
    )
