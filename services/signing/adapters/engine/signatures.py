"""The acts that change a document: a person signs, the authority seals, the platform adds long-term proof.

Decides the order of steps in each act and what is refused. A time stamp that cannot be had costs a level (B-B for B-T,
none for B-LTA), which `archive` repairs later; it never costs the signature.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from asn1crypto import cms, crl, x509
from cryptography.x509 import Certificate
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers.pdf_byterange import SignatureObject
from pyhanko.sign.validation.dss import DocumentSecurityStore

from services.common.kit.errors import Kind
from services.signing.adapters.engine import cms as message
from services.signing.adapters.engine.appearance import CHINA, Appearances, SealText, widget_box
from services.signing.adapters.engine.authority import Authority
from services.signing.adapters.engine.certificates import CLOCK_SKEW, Signer
from services.signing.adapters.engine.errors import EngineError
from services.signing.adapters.engine.outline import Drawing
from services.signing.adapters.engine.pdf_update import (
    RESERVED,
    add_document_timestamp,
    fill_field,
    open_update,
    refuse_locked,
    refuse_unsigned,
)
from services.signing.adapters.engine.revisions import embedded_certificates, embedded_messages
from services.signing.adapters.engine.revocation import Revocation
from services.signing.adapters.engine.timestamping import Clock, TimeStamper, token_time

_LONGEST_TEXT = 200


class Level(StrEnum):
    """The PAdES baseline level a step has reached (ETSI EN 319 142-1)."""

    B = "B-B"
    T = "B-T"
    LTA = "B-LTA"


@dataclass(frozen=True, slots=True)
class Act:
    """The circumstances of a signature as they stand in its dictionary."""

    signing_time: datetime
    """When the person acted; the time stamp says when the signature was made."""
    reason: str = ""
    location: str = ""

    def __post_init__(self) -> None:
        """Refuse a time without zone and texts of no sensible length. Raises EngineError `signing.act_invalid`."""
        if self.signing_time.tzinfo is None:
            raise EngineError("signing.act_invalid", field="signing_time")
        for field, value in (("reason", self.reason), ("location", self.location)):
            if not isinstance(value, str) or len(value) > _LONGEST_TEXT:
                raise EngineError("signing.act_invalid", field=field)


@dataclass(frozen=True, slots=True)
class Signed:
    """A document with one signature more."""

    document: bytes
    certificate: Certificate
    certificate_der: bytes
    signed_at: datetime
    level: Level


class Signing:
    """Everything one process needs to sign: authority, time stamper, drawings, clock."""

    def __init__(self, authority: Authority, stamper: TimeStamper, appearances: Appearances, clock: Clock) -> None:
        """Hold the parts; nothing is loaded here."""
        self._authority = authority
        self._stamper = stamper
        self._appearances = appearances
        self._clock = clock

    def sign(self, document: bytes, field: str, signer: Signer, ink: Drawing, act: Act) -> Signed:
        """Put a person's signature in an empty field, under a company's seal if he signs for one, by a one-event certificate.

        Raises EngineError: `signing.document_locked`, `.field_missing`, `.field_signed`, `.field_damaged`,
        `.act_invalid`, `.document_damaged`.
        """
        refuse_locked(document)
        now = self._now(act)

        def draw(writer: IncrementalPdfFileWriter, widget: generic.DictionaryObject) -> generic.Reference:
            box = widget_box(widget)
            if signer.company:
                return self._appearances.company(writer, box, signer.company, ink, act.signing_time)
            return self._appearances.signer(writer, box, ink, act.signing_time)

        writer = open_update(document)
        maker = self._maker(self._authority.issue(signer, now))
        written = fill_field(writer, field, _dictionary(act), maker, drawing=draw)
        return maker.signed(written, now)

    def seal(
        self,
        document: bytes,
        field: str,
        office_name: str,
        text: SealText,
        act: Act,
        revoked: Iterable[Revocation] = (),
    ) -> Signed:
        """Put the authority's seal on a document that all have signed, and lock it.

        Raises EngineError as `sign` does, and `signing.seal_unknown`, `.seal_revoked`, `.fields_unsigned`,
        `.glyph_missing`.
        """
        refuse_locked(document)
        now = self._now(act)
        credential = self._authority.seal(office_name, now)
        if any(one.serial == credential.certificate.serial_number for one in revoked):
            raise EngineError("signing.seal_revoked", Kind.CONFLICT)
        writer = open_update(document)
        refuse_unsigned(writer, besides=field)

        def draw(into: IncrementalPdfFileWriter, widget: generic.DictionaryObject) -> generic.Reference:
            return self._appearances.seal(into, widget_box(widget), office_name, text)

        maker = self._maker(credential)
        written = fill_field(writer, field, _dictionary(act), maker, drawing=draw, lock=True)
        return maker.signed(written, now)

    def report(self, document: bytes, field: str, act: Act) -> bytes:
        """Sign an evidence report in the platform's name and add long-term proof at once.

        Raises EngineError as `sign` does, and as `archive` does.
        """
        now = self._now(act)
        line = f"{self._authority.reporter}"

        def draw(into: IncrementalPdfFileWriter, widget: generic.DictionaryObject) -> generic.Reference:
            return self._appearances.statement(into, widget_box(widget), line, act.signing_time)

        credential = self._authority.issue_for_evidence(now)
        maker = self._maker(credential)
        written = fill_field(open_update(document), field, _dictionary(act), maker, drawing=draw)
        return self.archive(written)

    def archive(self, document: bytes, revoked: Iterable[Revocation] = ()) -> bytes:
        """Add one revision: certificates and revocation lists of all signatures, and a document time stamp (B-LTA).

        May be called again, years later, to renew the proof. Raises EngineError `signing.nothing_signed`,
        `.root_list_expired`, and of kind unavailable when no time stamp can be had.
        """
        messages = embedded_messages(document)
        if not messages:
            raise EngineError("signing.nothing_signed", Kind.CONFLICT)
        lists = self._authority.lists(self._clock(), revoked)
        held = embedded_certificates(document)
        authorities, proofs = self._authority.behind(held, lists)
        writer = open_update(document)
        DocumentSecurityStore.supply_dss_in_writer(
            writer,
            sig_contents=None,
            certs=[x509.Certificate.load(der) for der in dict.fromkeys([*held, *authorities])],
            crls=[crl.CertificateList.load(der) for der in proofs],
        )
        stamped = sum(one["encap_content_info"]["content_type"].native == "tst_info" for one in messages)
        return add_document_timestamp(writer, f"DocTS{stamped + 1}", self._stamper.stamp)

    def _maker(self, credential: message.Credential) -> _Maker:
        return _Maker(credential, self._authority.issuer_der(credential.certificate), self._stamper)

    def _now(self, act: Act) -> datetime:
        now = self._clock()
        if act.signing_time > now + CLOCK_SKEW:
            raise EngineError("signing.act_invalid", field="signing_time", reason="future")
        return now


class _Maker:
    """Makes one signature's message and remembers what came of it."""

    def __init__(self, credential: message.Credential, issuer: bytes, stamper: TimeStamper) -> None:
        self._credential = credential
        self._issuer = issuer
        self._stamper = stamper
        self._stamped_at: datetime | None = None

    def __call__(self, digest: bytes) -> bytes:
        try:
            return message.signature(digest, self._credential, self._issuer, self._stamp)
        except EngineError as refused:
            if refused.kind is not Kind.UNAVAILABLE or self._stamped_at is not None:
                raise
            return message.signature(digest, self._credential, self._issuer, None)

    def signed(self, document: bytes, now: datetime) -> Signed:
        level = Level.T if self._stamped_at else Level.B
        credential = self._credential
        return Signed(document, credential.certificate, credential.der, self._stamped_at or now, level)

    def _stamp(self, digest: bytes) -> bytes:
        token = self._stamper.stamp(digest)
        self._stamped_at = token_time(cms.ContentInfo.load(token)["content"])
        return token


def _dictionary(act: Act) -> SignatureObject:
    return SignatureObject(
        timestamp=act.signing_time.astimezone(CHINA).replace(microsecond=0),
        subfilter=SigSeedSubFilter.PADES,
        location=act.location or None,
        reason=act.reason or None,
        bytes_reserved=RESERVED,
    )
