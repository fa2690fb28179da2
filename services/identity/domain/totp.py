"""The one-time password of staff (RFC 6238: SHA-1, six digits, 30 seconds): which digits are good, and each only once."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hmac

import pyotp

from services.common.kit.errors import InvalidValue

STEP_SECONDS = 30
DRIFT_STEPS = 1
"""One step to either side for clocks that differ (RFC 6238 5.2)."""

MIN_SECRET_BYTES = 16
"""RFC 4226 section 4, R6: a shared secret of at least 128 bits."""


def require_secret(secret: str) -> None:
    """Raise InvalidValue `identity.totp_secret_invalid` unless this is base32 of at least 128 bits."""
    try:
        key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    except (binascii.Error, ValueError) as wrong:
        raise InvalidValue("identity.totp_secret_invalid", field="totp_secret") from wrong
    if len(key) < MIN_SECRET_BYTES:
        raise InvalidValue("identity.totp_secret_invalid", field="totp_secret")


def matching_step(secret: str, digits: str, now: dt.datetime) -> int | None:
    """Return the time step whose password these digits are, the newest first; None when they are none of the allowed."""
    totp = pyotp.TOTP(secret)
    current = int(now.timestamp()) // STEP_SECONDS
    for step in range(current + DRIFT_STEPS, current - DRIFT_STEPS - 1, -1):
        if hmac.compare_digest(totp.generate_otp(step).encode(), digits.encode()):
            return step
    return None
