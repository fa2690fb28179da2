"""The platform's own time-stamping authority (时间戳, RFC 3161), called in the process that signs.

Decides what a token says: policy, serial, time to the millisecond with one second of accuracy. The clock is given;
whether it is right is the operator's duty (NTP). An outside authority takes this one's place by answering the same
call.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

from asn1crypto import cms, tsp

from services.signing.adapters.engine.certificates import TIMESTAMP_POLICY
from services.signing.adapters.engine.cms import SHA256, Credential, timestamp_token
from services.signing.adapters.engine.der import explicit, generalized_time, integer, octets, oid, sequence
from services.signing.adapters.engine.errors import EngineError

Clock = Callable[[], datetime]
_ACCURACY = sequence(integer(1))
_POLICY = oid(TIMESTAMP_POLICY)


class TimeStamper(Protocol):
    """Gives a signed statement that a digest existed at a time."""

    def stamp(self, digest: bytes) -> bytes:
        """Return a token (DER) over a SHA-256 digest. Raises EngineError of kind unavailable when nobody answers."""


class PlatformTimeStamper:
    """The time stamper with the platform's certificate."""

    def __init__(self, credential: Callable[[datetime], Credential], clock: Clock) -> None:
        """`credential` gives the certificate of a moment; the root has issued it, so a token carries nothing but it."""
        self._credential = credential
        self._clock = clock

    def stamp(self, digest: bytes) -> bytes:
        """Return a token whose time is now."""
        now = self._clock()
        credential = self._credential(now)
        info = sequence(
            integer(1),
            _POLICY,
            sequence(SHA256, octets(digest)),
            integer(secrets.randbits(128)),
            generalized_time(now),
            _ACCURACY,
            explicit(0, explicit(4, credential.certificate.subject.public_bytes())),
        )
        return timestamp_token(info, credential)


def token_time(token: cms.SignedData) -> datetime:
    """Return the time a token states. Raises EngineError `signing.timestamp_invalid` for what is no token."""
    try:
        info = token["encap_content_info"]["content"].parsed
    except (ValueError, KeyError, TypeError) as wrong:
        raise EngineError("signing.timestamp_invalid") from wrong
    if not isinstance(info, tsp.TSTInfo):
        raise EngineError("signing.timestamp_invalid")
    moment: datetime = info["gen_time"].native
    return moment


def now_utc() -> datetime:
    """Return the machine's time; the clock of every process that is not told another."""
    return datetime.now(UTC)
