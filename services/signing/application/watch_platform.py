"""What operators and readers of signatures ask of the platform: what runs out, what is behind, which certificates are revoked."""

from __future__ import annotations

import base64
import datetime as dt
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field

from services.common.kit.calls import Call
from services.common.messages.signing import (
    AllLeftBehind,
    CertificateLife,
    CertificateLives,
    GetRevocationList,
    LeftBehind,
    ListBehind,
    ListCertificates,
    RevocationList,
)
from services.signing.application.catch_up import PATIENCE
from services.signing.application.ports import Keeper, Now, Reading
from services.signing.domain.errors import RevocationListUnknown

log = logging.getLogger(__name__)
WARN_DAYS = 30
MOST = 100
OPERATOR = "cli"
FRESH = dt.timedelta(minutes=5)
"""For so long a list is given out again: anybody may ask, and making one costs a signature."""


@dataclass
class PlatformWatching:
    """Reads alone; acts of the keeper are commands on the folder (`guohu pki`)."""

    keeper: Keeper
    reading: Reading
    now: Now
    _kept: tuple[dt.datetime, Mapping[str, bytes]] | None = field(default=None, init=False)

    def lives(self) -> CertificateLives:
        """Return what runs out when, and warn of what does so soon. Raises Unavailable."""
        now = self.now()
        found = tuple(
            CertificateLife(kind=one.kind, name=one.name, expires_at=one.until, days_left=(one.until - now).days)
            for one in self.keeper.expiries()
        )
        for one in found:
            if one.days_left < WARN_DAYS:
                log.warning("a certificate runs out", extra={"reason": one.kind, "count": one.days_left})
        return CertificateLives(certificates=found)

    def certificates(self, message: ListCertificates, call: Call) -> CertificateLives:
        """Tell the operators. Raises Forbidden, Unavailable."""
        del message
        call.actor.require_service(OPERATOR)
        return self.lives()

    def behind(self, message: ListBehind, call: Call) -> AllLeftBehind:
        """Tell the operators. Raises Forbidden."""
        del message
        call.actor.require_service(OPERATOR)
        before = self.now() - PATIENCE
        signatures = [
            LeftBehind(kind="signature", envelope_id=one.envelope_id, task_id=one.task_id)
            for one in self.reading.unapplied(before, MOST)
        ]
        seals = [LeftBehind(kind="seal", envelope_id=one.envelope_id) for one in self.reading.unsealed(before, MOST)]
        stamps = [LeftBehind(kind="stamp", envelope_id=one) for one in self.reading.unstamped(MOST)]
        return AllLeftBehind(left=(*signatures, *seals, *stamps))

    def revocation_list(self, message: GetRevocationList, call: Call) -> RevocationList:
        """Give anybody the list. Raises RevocationListUnknown, Unavailable."""
        del call
        now = self.now()
        if self._kept is None or now - self._kept[0] >= FRESH:
            self._kept = (now, self.keeper.lists())
        found = self._kept[1].get(message.name)
        if found is None:
            raise RevocationListUnknown
        return RevocationList(der=base64.b64encode(found).decode())
