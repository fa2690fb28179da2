"""The tokens identity hands out: signed ones for others to check, keyed ones only identity reads.

Refresh and step tokens are derived, not stored: a stolen copy of the database holds none, and a repeated request shows
the same token again without a write.
"""

from __future__ import annotations

import base64
import datetime as dt
import hmac
import re
from collections.abc import Sequence
from typing import NoReturn

import jwt
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from services.common.kit import tokens
from services.common.kit.errors import NotAuthenticated
from services.common.messages.identity import Assurance, ProofPurpose
from services.common.values import PersonId
from services.identity.adapters.vault import Vault
from services.identity.application.ports import AccountProof
from services.identity.domain.consent import Consent
from services.identity.domain.errors import RefreshTokenInvalid
from services.identity.domain.face_errors import StepTokenInvalid
from services.identity.domain.proof import IdentityProof
from services.identity.domain.session import ACCESS_LIFETIMES, Session

ISSUER = "identity"
_REFRESH = re.compile(r"^r1\.([0-9a-f]{32})\.([1-9]\d{0,8})\.([A-Za-z0-9_-]{43})$")
_STEP = re.compile(r"^([1-9]\d{0,5})\.([A-Za-z0-9_-]{43})$")


class SignedTokens:
    """The port `Tokens` over Ed25519 keys (PEM) and the vault."""

    def __init__(self, access_key: bytes, proof_key: bytes, vault: Vault) -> None:
        self._access_key, self._proof_key, self._vault = access_key, proof_key, vault
        public = load_pem_private_key(proof_key, None).public_key()
        self._proof_public = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def access(self, session: Session, now: dt.datetime) -> tuple[str, dt.datetime]:
        """Sign who is signed in, for the gateway."""
        claims = {
            "iss": ISSUER,
            "aud": "gateway",
            "sub": session.subject_id,
            "sid": session.session_id,
            "kind": session.kind.value,
            "roles": list(session.roles),
            "office": session.office,
        }
        lifetime = ACCESS_LIFETIMES[session.kind]
        return tokens.sign(claims, self._access_key, lifetime=lifetime, now=now), now + lifetime

    def refresh(self, session_id: str, generation: int) -> str:
        """Return `r1.session.generation.mac`."""
        return f"r1.{session_id}.{generation}.{self._mac('refresh', session_id, generation)}"

    def read_refresh(self, token: str) -> tuple[str, int]:
        """Read it back. Raises RefreshTokenInvalid."""
        found = _REFRESH.match(token) or _refuse_refresh()
        session_id, generation = found[1], int(found[2])
        if not hmac.compare_digest(found[3], self._mac("refresh", session_id, generation)):
            raise RefreshTokenInvalid
        return session_id, generation

    def step(self, check_id: str, attempt: int, nonce: str) -> str:
        """Return `attempt.mac`; the check's nonce makes it worthless in any other."""
        return f"{attempt}.{self._mac('step', check_id, attempt, nonce)}"

    def read_step(self, token: str, check_id: str, nonce: str) -> int:
        """Read it back. Raises StepTokenInvalid."""
        found = _STEP.match(token) or _refuse_step()
        attempt = int(found[1])
        if not hmac.compare_digest(found[2], self._mac("step", check_id, attempt, nonce)):
            raise StepTokenInvalid
        return attempt

    def proof(self, proof: IdentityProof, consents: Sequence[Consent] = ()) -> str:
        """Sign the proof. The same proof is the same token: Ed25519 draws no randomness. `consents`: optional, for evidence."""
        claims = {
            "iss": ISSUER,
            "aud": proof.audience,
            "sub": str(proof.person_id),
            "purpose": proof.purpose.value,
            "method": proof.method.value,
            "assurance": proof.assurance.value,
            "subject": proof.subject,
            "jti": proof.proof_id,
            **({"consents": [_consent_claim(one) for one in consents]} if consents else {}),
        }
        return tokens.sign(claims, self._proof_key, lifetime=proof.lifetime, now=proof.issued_at)

    def read_account_proof(self, token: str, now: dt.datetime) -> AccountProof:
        """Check signature, audience, purpose and time. Raises NotAuthenticated."""
        try:
            claims = jwt.decode(
                token,
                self._proof_public,
                algorithms=["EdDSA"],
                audience=ISSUER,
                options={"require": ["exp", "jti", "sub"], "verify_exp": False, "verify_iat": False},
            )
        except jwt.PyJWTError as wrong:
            raise NotAuthenticated("token.invalid") from wrong
        expires_at = dt.datetime.fromtimestamp(int(claims["exp"]), dt.UTC)
        if claims.get("purpose") != ProofPurpose.ACCOUNT.value:
            raise NotAuthenticated("token.invalid")
        if now >= expires_at:
            raise NotAuthenticated("token.expired")
        return AccountProof(
            str(claims["jti"]), PersonId(str(claims["sub"])), Assurance(str(claims["assurance"])), expires_at
        )

    def _mac(self, *parts: str | int) -> str:
        return base64.urlsafe_b64encode(self._vault.mac(":".join(map(str, parts)))).decode().rstrip("=")


def _consent_claim(consent: Consent) -> dict[str, str]:
    return {
        "purpose": consent.purpose.value,
        "text": consent.text.text_id,
        "version": consent.text.text_version,
        "sha256": consent.text.text_hash,
        "given_at": consent.given_at.astimezone(dt.UTC).isoformat(timespec="seconds"),
    }


def _refuse_refresh() -> NoReturn:
    raise RefreshTokenInvalid


def _refuse_step() -> NoReturn:
    raise StepTokenInvalid
