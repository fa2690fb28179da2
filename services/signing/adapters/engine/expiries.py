"""When the platform's certificates and lists run out, so that somebody is told in time.

Of a seal only the newest certificate of each office counts: it is the one that seals. Of authorities and time stampers the newest
counts; earlier ones are told apart, while they last.
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
    """One thing that runs out. `kind`: root, intermediate, tsa, seal, root_list, former_intermediate or former_tsa.

    `name`: the office of a seal, the key id of a former one.
    """

    kind: str
    name: str
    until: datetime


def expiries(layout: Layout, now: datetime) -> list[Expiry]:
    """Return all, the soonest first. Raises EngineError `signing.pki_missing`, `.pki_damaged`."""
    found = [Expiry(ROOT, "", layout.read_certificate(layout.certificate(ROOT)).not_valid_after_utc)]
    for kind in (INTERMEDIATE, TSA):
        *former, last = (
            (name, layout.read_certificate(layout.certificate(name)).not_valid_after_utc)
            for name in layout.generations(kind)
        )
        found.append(Expiry(kind, "", last[1]))
        found += [Expiry(f"former_{kind}", name, until) for name, until in former if until > now]
    newest: dict[str, datetime] = {}
    for path in layout.seals.glob("*.pem"):
        seal = layout.read_certificate(path)
        office = str(seal.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)
        newest[office] = max(seal.not_valid_after_utc, newest.get(office, seal.not_valid_after_utc))
    found += [Expiry("seal", office, until) for office, until in newest.items()]
    found.append(Expiry("root_list", "", _list_end(layout)))
    return sorted(found, key=lambda one: one.until)


def _list_end(layout: Layout) -> datetime:
    end = x509.load_der_x509_crl(layout.read_list(ROOT)).next_update_utc
    if end is None:
        raise EngineError("signing.pki_damaged", Kind.INTERNAL, part="root_list")
    return end
