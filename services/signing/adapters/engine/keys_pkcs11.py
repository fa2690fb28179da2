"""Keys in a PKCS#11 token (a hardware security module, or SoftHSM2): made there, used there, never outside.

Decides how the three calls of `KeyStore` become calls of the token: keys lie under their id as label, private ones sensitive and
not extractable; a signature is CKM_ECDSA over a digest computed here (SoftHSM2 offers no CKM_ECDSA_SHA256). One session per process;
it is opened anew when the token was away.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import parse_qsl, unquote

import pkcs11
from asn1crypto import keys as public
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pkcs11.util.ec import encode_ec_public_key, encode_ecdsa_signature, encode_named_curve_parameters

from services.common.kit.errors import Kind
from services.signing.adapters.engine.errors import EngineError

SCHEME = "pkcs11:"
_CURVES = {"p256": "secp256r1", "p384": "secp384r1"}
T = TypeVar("T")


class Pkcs11KeyStore:
    """The keys of one token."""

    def __init__(self, module: str, token: str, pin: str | None) -> None:
        """Name module (shared library), token label and PIN; nothing is opened yet."""
        self._module, self._token, self._pin = module, token, pin
        self._session: Any = None
        self._held: dict[str, Any] = {}

    @classmethod
    def of(cls, uri: str, pin: str | None) -> Pkcs11KeyStore:
        """Read `pkcs11:token=LABEL?module-path=FILE` (RFC 7512). Raises EngineError `signing.keys_setting_invalid`."""
        path, _, query = uri.removeprefix(SCHEME).partition("?")
        told = {**dict(part.partition("=")[::2] for part in path.split(";")), **dict(parse_qsl(query))}
        module, token = told.get("module-path", ""), unquote(told.get("token", ""))
        if not (uri.startswith(SCHEME) and module and token):
            raise EngineError("signing.keys_setting_invalid", Kind.INTERNAL)
        return cls(module, token, pin)

    def create(self, key_id: str, curve: str) -> None:
        """Make a key in the token. Raises EngineError `signing.key_exists`, `.keys_unavailable`."""

        def make(session: Any) -> None:
            if list(session.get_objects(_private(key_id))):
                raise EngineError("signing.key_exists", Kind.CONFLICT, key_id=key_id)
            parameters = session.create_domain_parameters(
                pkcs11.KeyType.EC,
                {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters(_CURVES[curve])},
                local=True,
            )
            closed = {pkcs11.Attribute.SENSITIVE: True, pkcs11.Attribute.EXTRACTABLE: False}
            parameters.generate_keypair(
                id=key_id.encode(),
                label=key_id,
                store=True,
                capabilities=pkcs11.MechanismFlag.SIGN | pkcs11.MechanismFlag.VERIFY,
                private_template=closed,
            )

        self._with_session(make)

    def public_key(self, key_id: str) -> ec.EllipticCurvePublicKey:
        """Return the public half. Raises EngineError `signing.key_missing`, `.keys_unavailable`."""

        def read(session: Any) -> bytes:
            chosen = {pkcs11.Attribute.CLASS: pkcs11.ObjectClass.PUBLIC_KEY, pkcs11.Attribute.LABEL: key_id}
            return bytes(encode_ec_public_key(_only(session, chosen, key_id)))

        der = public.PublicKeyInfo.load(self._with_session(read)).dump()
        found = serialization.load_der_public_key(der)
        if not isinstance(found, ec.EllipticCurvePublicKey):
            raise EngineError("signing.key_unreadable", Kind.INTERNAL, key_id=key_id)
        return found

    def sign_digest(self, key_id: str, digest: bytes) -> bytes:
        """Return the DER signature over a digest. Raises EngineError `signing.key_missing`, `.keys_unavailable`."""

        def sign(session: Any) -> bytes:
            if key_id not in self._held:
                self._held[key_id] = _only(session, _private(key_id), key_id)
            return bytes(self._held[key_id].sign(digest, mechanism=pkcs11.Mechanism.ECDSA))

        return bytes(encode_ecdsa_signature(self._with_session(sign)))

    def _with_session(self, act: Callable[[Any], T]) -> T:
        try:
            if self._session is None:
                slot = pkcs11.lib(self._module).get_token(token_label=self._token)
                self._session = slot.open(rw=True, user_pin=self._pin)
            return act(self._session)
        except pkcs11.NoSuchKey as absent:
            raise EngineError("signing.key_missing", Kind.UNAVAILABLE) from absent
        except (pkcs11.PKCS11Error, RuntimeError) as wrong:  # RuntimeError: the module itself cannot be loaded
            self._session, self._held = None, {}
            reason = type(wrong).__name__
            raise EngineError("signing.keys_unavailable", Kind.UNAVAILABLE, reason=reason) from wrong


def _private(key_id: str) -> dict[Any, Any]:
    return {pkcs11.Attribute.CLASS: pkcs11.ObjectClass.PRIVATE_KEY, pkcs11.Attribute.LABEL: key_id}


def _only(session: Any, chosen: dict[Any, Any], key_id: str) -> Any:
    found = list(session.get_objects(chosen))
    if len(found) != 1:
        raise EngineError("signing.key_missing", Kind.UNAVAILABLE, key_id=key_id)
    return found[0]
