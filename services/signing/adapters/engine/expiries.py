"""When the platform's certificates and lists run out, so that somebody is told in time.

Of a seal only the newest certificate of each office counts: it is the one that seals.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.x509.oid import NameOID

from services.common.kit.errors import Kind
from services.signing.adapters.engine.errors import EngineError
from services.signing.adapters.engine.platform_folder import INTERMEDIATE, ROOT, TSA, Layout


@dataclass(frozen=True, slots=True)
class Expiry:
    """One thing that runs out. `kind`: root, intermediate, tsa, seal or root_list; `name`: the office of a seal."""

    kind: str
    name: str
    until: datetime


def expiries(layout: Layout) -> list[Expiry]:
    """Return all, the soonest first. Raises EngineError `signing.pki_missing`, `.pki_damaged`."""
    found = [
        Expiry(name, "", layout.read_certificate(layout.certificate(name)).not_valid_after_utc)
        for name in (ROOT, INTERMEDIATE, TSA)
    ]
    newest: dict[str, datetime] = {}
    for path in layout.seals.glob("*.pem"):
        seal = layout.read_certificate(path)
        office = str(seal.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)
        newest[office] = max(seal.not_valid_after_utc, newest.get(office, seal.not_valid_after_utc))
    found += [Expiry("seal", office, until) for office, until in newest.items()]
    found.append(Expiry("root_list", "", _list_end(layout)))
    return sorted(found, key=lambda one: one.until)


def _list_end(layout: Layout) -> datetime:
    try:
        end = x509.load_der_x509_crl(layout.revocation_list(ROOT).read_bytes()).next_update_utc
    except FileNotFoundError as absent:
        raise EngineError("signing.pki_missing", Kind.UNAVAILABLE, part="root_list") from absent
    except ValueError as wrong:
        raise EngineError("signing.pki_damaged", Kind.INTERNAL, part="root_list") from wrong
    if end is None:
        raise EngineError("signing.pki_damaged", Kind.INTERNAL, part="root_list")
    return end
