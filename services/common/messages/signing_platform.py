"""What operators watch: certificates, lists of revoked ones, what is left behind."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from services.common.messages.shapes import query


@dataclass(frozen=True, kw_only=True)
class CertificateLife:
    """A certificate or list of the platform. `kind`: root, intermediate, tsa, seal, root_list, former_intermediate, former_tsa.

    `name`: the office of a seal, the key id of a former one.
    """

    kind: str
    name: str
    expires_at: dt.datetime
    days_left: int


@dataclass(frozen=True, kw_only=True)
class CertificateLives:
    """The soonest to run out first."""

    certificates: tuple[CertificateLife, ...]


@query("signing", "list_certificates", reply=CertificateLives, process="worker", deadline=10.0)
@dataclass(frozen=True, kw_only=True)
class ListCertificates:
    """Asked by the operators' command: what runs out when."""


@dataclass(frozen=True, kw_only=True)
class LeftBehind:
    """`kind`: signature, seal or stamp; `task_id` of a signature."""

    kind: str
    envelope_id: str
    task_id: str = ""


@dataclass(frozen=True, kw_only=True)
class AllLeftBehind:
    """The oldest first, at most a hundred of each kind."""

    left: tuple[LeftBehind, ...]


@query("signing", "list_behind", reply=AllLeftBehind, process="worker", deadline=10.0)
@dataclass(frozen=True, kw_only=True)
class ListBehind:
    """Asked by the operators' command: signatures given, seals owed and stamps missing for longer than they should be."""


@dataclass(frozen=True, kw_only=True)
class RevocationList:
    """`der`: base64."""

    der: str


@query("signing", "get_revocation_list", reply=RevocationList, process="worker", deadline=10.0)
@dataclass(frozen=True, kw_only=True)
class GetRevocationList:
    """Public: the list of `root`, `intermediate` or a later `intermediate-TIME`, under the address its certificates name."""

    name: str
