"""What certificates are judged by: the platform's root, what stands below it, and revocation lists. Public data only.

Decides what is believed at which moment. A process that reads strangers' files is given this and no key.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from asn1crypto import crl, x509
from cryptography.exceptions import InvalidSignature
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.sig_validate import DefaultSignatureValidator, SignatureValidator

from services.signing.adapters.engine.authority import Authority
from services.signing.adapters.engine.errors import EngineError
from services.signing.adapters.engine.revocation import Revocation


@dataclass(frozen=True, slots=True)
class Trust:
    """Root, further authorities and current lists, as DER. `current`: whether the lists are known to be those of today."""

    root: bytes
    authorities: tuple[bytes, ...] = ()
    lists: tuple[bytes, ...] = ()
    current: bool = False
    offline: bool = False
    """Nobody can be asked for today's lists: what is judged is judged as of the lists at hand."""

    @classmethod
    def of(cls, authority: Authority, now: datetime, revoked: Iterable[Revocation] = ()) -> Self:
        """Return the platform's own; without lists where the root's is overdue."""
        try:
            lists = authority.lists(now, revoked)
        except EngineError:
            return cls(authority.root_der, authority.issuing_ders)
        return cls(authority.root_der, authority.issuing_ders, lists.every, current=True)

    @classmethod
    def parse(cls, raw: object) -> Self:
        """Read what `as_json` wrote. Raises EngineError `signing.pki_damaged`."""
        try:
            if not isinstance(raw, Mapping):
                raise TypeError
            root, authorities, lists = raw["root"], raw["authorities"], raw["lists"]
            return cls(
                _bytes(root), tuple(map(_bytes, authorities)), tuple(map(_bytes, lists)), bool(raw.get("current"))
            )
        except (KeyError, TypeError, ValueError) as wrong:
            raise EngineError("signing.pki_damaged", part="trust") from wrong

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "root": _text(self.root),
            "authorities": [_text(one) for one in self.authorities],
            "lists": [_text(one) for one in self.lists],
            "current": self.current,
        }


@dataclass(slots=True)
class Rules:
    """A trust with what a file brings along; gives the rules for judging certificates at a moment."""

    root: x509.Certificate
    certificates: list[x509.Certificate]
    lists: list[crl.CertificateList]
    current: bool
    validator: SignatureValidator

    @classmethod
    def of(cls, trust: Trust, certificates: list[x509.Certificate], lists: list[crl.CertificateList]) -> Self:
        """Return the rules. Lists of today say all there is to say; those in the file speak where there are none.

        An authority whose key was destroyed makes no list any more: of it alone the file's list is heard.
        """
        known = [crl.CertificateList.load(der) for der in trust.lists]
        heard = [one.issuer for one in known]
        authorities = [x509.Certificate.load(der) for der in trust.authorities]
        return cls(
            x509.Certificate.load(trust.root),
            [*authorities, *(one for one in certificates if one.ca)],  # every signature brings its signer's own
            [*known, *(one for one in lists if not trust.current or one.issuer not in heard)],
            trust.current,
            Remembering(),
        )

    def latest(self, now: datetime) -> datetime:
        """Return until when the lists can speak: now, or the moment the first of them in the file runs out."""
        if self.current:
            return now
        ends = [one["tbs_cert_list"]["next_update"].native for one in self.lists]
        return min([now, *(end for end in ends if end is not None)])

    def at(self, moment: datetime) -> ValidationContext:
        """Return the rules at a moment; lists made later speak about it too."""
        return ValidationContext(
            trust_roots=[self.root],
            other_certs=self.certificates,
            moment=moment,
            crls=self.lists,
            ocsps=[],
            revocation_mode="require",
            retroactive_revinfo=True,
            signature_validator=self.validator,
        )


class Remembering(DefaultSignatureValidator):
    """Checks each signature once: the same lists and authorities stand behind every signer of a file."""

    def __init__(self) -> None:
        self._seen: dict[tuple[object, ...], bool] = {}

    def validate_signature(
        self,
        signature: bytes,
        signed_data: bytes,
        public_key_info: Any,
        signature_algorithm: Any,
        *more: Any,
        **named: Any,
    ) -> None:
        """Raise InvalidSignature for a signature that is not of that key over these data."""
        key, how = public_key_info.dump(), signature_algorithm.dump()
        asked = (bytes(signature), bytes(signed_data), key, how, repr(more), repr(named))
        if asked not in self._seen:
            try:
                super().validate_signature(signature, signed_data, public_key_info, signature_algorithm, *more, **named)
                self._seen[asked] = True
            except InvalidSignature:
                self._seen[asked] = False
        if not self._seen[asked]:
            raise InvalidSignature


def _text(der: bytes) -> str:
    return base64.b64encode(der).decode()


def _bytes(text: object) -> bytes:
    return base64.b64decode(str(text), validate=True)
