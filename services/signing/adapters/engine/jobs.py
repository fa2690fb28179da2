"""The jobs of the engine process, by name: plain values and bytes in, plain values and bytes out.

Decides how arguments are read and results named. The process that runs them, its limits and restarts belong to whoever
starts it.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeAlias

from services.common.kit.errors import Kind
from services.signing.adapters.engine import package, report
from services.signing.adapters.engine.appearance import Appearances, SealText
from services.signing.adapters.engine.authority import Authority
from services.signing.adapters.engine.certificates import Signer
from services.signing.adapters.engine.errors import EngineError
from services.signing.adapters.engine.facts import Expected, as_json
from services.signing.adapters.engine.keys import key_store
from services.signing.adapters.engine.lettering import SEAL_FAMILIES, TEXT_FAMILIES, Typeface
from services.signing.adapters.engine.outline import drawing_of
from services.signing.adapters.engine.pages import page_count, page_image
from services.signing.adapters.engine.pdf_update import field_names
from services.signing.adapters.engine.platform_folder import ROOT, Layout
from services.signing.adapters.engine.revisions import checked, revisions
from services.signing.adapters.engine.revocation import Revocation
from services.signing.adapters.engine.signatures import Act, Level, Signing
from services.signing.adapters.engine.timestamping import Clock, PlatformTimeStamper, TimeStamper, now_utc
from services.signing.adapters.engine.trust import Trust
from services.signing.adapters.engine.verification import Verifier

Values: TypeAlias = dict[str, Any]
Job: TypeAlias = Callable[..., Values]
"""Takes its arguments as keywords, or as one mapping."""
_LONGEST_FILING_NO = 40


class Engine:
    """All jobs of one process, with keys, drawings and time stamper held from the start."""

    def __init__(self, authority: Authority, appearances: Appearances, stamper: TimeStamper, clock: Clock) -> None:
        """Take the loaded parts; `build` makes them from settings."""
        self._authority = authority
        self._clock = clock
        self._signing = Signing(authority, stamper, appearances, clock)
        self._verifier = Verifier(clock)

    def jobs(self) -> dict[str, Job]:
        """Return the jobs by name. The names never change."""
        every = (
            self.sign,
            self.seal,
            self.archive,
            self.verify,
            self.inspect,
            self.page_image,
            self.crl,
            self.expiries,
            self.trust,
            self.evidence,
        )
        return {job.__name__: callable_with_keywords(job) for job in every}

    def sign(self, args: Values) -> Values:
        """Sign one field.

        `document`, `expected_sha256`, `field`, `signer` {person_id, name, case_no, company?, uscc?}, `ink` {width, height, strokes or outlines},
        `signing_time`, `reason`?, `location`? give `document`, `sha256`, `certificate` (DER), `certificate_serial`
        (hex), `signed_at`, `level`.
        """
        document = checked(args.get("document"), _text(args, "expected_sha256"))
        person = args.get("signer")
        if not isinstance(person, Mapping):
            raise EngineError("signing.signer_invalid")
        signer = Signer(*(person.get(part, "") for part in ("person_id", "name", "case_no", "company", "uscc")))
        signed = self._signing.sign(document, _text(args, "field"), signer, drawing_of(args.get("ink")), _act(args))
        return {
            "document": signed.document,
            "sha256": sha256(signed.document).hexdigest(),
            "certificate": signed.certificate_der,
            "certificate_serial": f"{signed.certificate.serial_number:x}",
            "signed_at": signed.signed_at.isoformat(),
            "level": signed.level.value,
        }

    def seal(self, args: Values) -> Values:
        """Seal, lock and archive a document that all have signed.

        `document`, `expected_sha256`, `field`, `office_name`, `filing_no`, `filing_date` (ISO), `signing_time`,
        `revoked`? give `document`, `sha256`, `revision_hashes`, `certificate_serial`, `signed_at`, `level` (B-LTA; less
        when no time stamp could be had: repeat `archive`).
        """
        document = checked(args.get("document"), _text(args, "expected_sha256"))
        text = SealText(_text(args, "filing_no", _LONGEST_FILING_NO), _day(args, "filing_date"))
        act = Act(_moment(args, "signing_time"), reason=f"网签备案 备案编号 {text.filing_no}")
        signed = self._signing.seal(
            document, _text(args, "field"), _text(args, "office_name"), text, act, _revoked(args)
        )
        final, level = self._archived(signed.document, signed.level, args)
        return {
            **_described(final),
            "certificate": signed.certificate_der,
            "certificate_serial": f"{signed.certificate.serial_number:x}",
            "signed_at": signed.signed_at.isoformat(),
            "level": level.value,
        }

    def archive(self, args: Values) -> Values:
        """Add long-term proof (B-LTA), for a document without seal, after an outage, or to renew it.

        `document`, `expected_sha256`, `revoked`? give `document`, `sha256`, `revision_hashes`, `level`.
        """
        document = checked(args.get("document"), _text(args, "expected_sha256"))
        final = self._signing.archive(document, _revoked(args))
        return {**_described(final), "level": Level.LTA.value}

    def verify(self, args: Values) -> Values:
        """Verify: `document`, `expected` (as `facts.Expected.parse`; None if unrecorded), `revoked`? give the facts."""
        document = args.get("document")
        if not isinstance(document, bytes):
            raise EngineError("signing.document_damaged", reason="no_bytes")
        trust = Trust.of(self._authority, self._clock(), _revoked(args))
        return as_json(self._verifier.verify(document, Expected.parse(args.get("expected")), trust))

    def inspect(self, args: Values) -> Values:
        """Describe: `document` gives `sha256`, `page_count`, `fields` (to sign), `signed_fields`, `revision_hashes`."""
        document = checked(args.get("document"))
        every, signed = field_names(document)
        return {
            "sha256": sha256(document).hexdigest(),
            "page_count": page_count(document),
            "fields": every,
            "signed_fields": signed,
            "revision_hashes": [one.sha256 for one in revisions(document)],
        }

    def page_image(self, args: Values) -> Values:
        """Draw: `document`, `page` (from 1), `dpi` give `image` (JPEG)."""
        document = checked(args.get("document"))
        return {"image": page_image(document, args.get("page", 1), args.get("dpi", 110)), "media_type": "image/jpeg"}

    def crl(self, args: Values) -> Values:
        """List: `revoked`? [{serial, revoked_at, reason?}] gives `lists` (DER, by key id), `next_update`."""
        lists = self._authority.lists(self._clock(), _revoked(args))
        return {"lists": {ROOT: lists.root, **lists.issuing}, "next_update": lists.next_update.isoformat()}

    def expiries(self, args: Values) -> Values:
        """Tell what runs out when: gives `expiries` [{kind, name, until}], the soonest first."""
        del args
        every = self._authority.expiries(self._clock())
        return {"expiries": [{"kind": one.kind, "name": one.name, "until": one.until.isoformat()} for one in every]}

    def evidence(self, args: Values) -> Values:
        """Report: `documents` {kind: bytes}, `told` (the record, without files) give `package` (zip) and `sha256`."""
        documents, told, now = args.get("documents"), args.get("told"), self._clock()
        if not isinstance(documents, Mapping) or not isinstance(told, Mapping):
            raise EngineError("signing.argument_invalid", field="documents")
        lists = self._authority.lists(now, _revoked(args))
        files = package.collect(documents, self._authority.root_der, self._authority.issuing_ders, lists)
        record = package.record({**told, "made_at": now.isoformat()}, files)
        drawn = report.draw(json.loads(record), record)
        signed = self._signing.report(drawn, report.FIELD, Act(now, reason="电子签署证据报告"))
        packed = package.packed({**files, package.RECORD: record, package.REPORT: signed})
        return {"package": packed, "sha256": sha256(packed).hexdigest()}

    def trust(self, args: Values) -> Values:
        """Tell what certificates are judged by: `revoked`? gives `trust`, as `public_jobs.verify` asks for it."""
        return {"trust": Trust.of(self._authority, self._clock(), _revoked(args)).as_json()}

    def _archived(self, document: bytes, reached: Level, args: Values) -> tuple[bytes, Level]:
        try:
            return self._signing.archive(document, _revoked(args)), Level.LTA
        except EngineError as refused:
            if refused.kind is not Kind.UNAVAILABLE:
                raise
            return document, reached


def build(settings: Mapping[str, str | None]) -> dict[str, Job]:
    """Return the jobs of a process set up from `settings`.

    `pki` (folder, required), `keys` (`file` or a PKCS#11 address), `key_passphrase` (or PIN), `text_font`, `seal_font` (font files; found by family if absent). Raises
    EngineError `signing.pki_missing`, `.pki_damaged`, `.key_unreadable`, `.font_missing`: such a process must not
    start.
    """
    return build_engine(settings, now_utc).jobs()


def build_engine(settings: Mapping[str, str | None], clock: Clock) -> Engine:
    """Return an engine that takes the time from `clock`."""
    for library in ("pyhanko", "pyhanko_certvalidator", "fontTools", "asn1crypto"):
        logging.getLogger(library).setLevel(logging.CRITICAL)  # they log names out of certificates
    folder = settings.get("pki")
    if not folder:
        raise EngineError("signing.pki_missing", Kind.UNAVAILABLE, part="setting")
    secret = settings.get("key_passphrase")
    store = key_store(settings.get("keys") or "file", Layout(Path(folder)).keys, secret)
    authority = Authority(Path(folder), secret, store)
    stamper = PlatformTimeStamper(authority.tsa_credential, clock)
    stamper.stamp(bytes(32))  # a key that cannot be used is found now, not by the first signer
    faces = [
        Typeface(Path(file)) if (file := settings.get(name)) else Typeface.installed(families)
        for name, families in (("text_font", TEXT_FAMILIES), ("seal_font", SEAL_FAMILIES))
    ]
    return Engine(authority, Appearances(*faces), stamper, clock)


def callable_with_keywords(job: Callable[[Values], Values]) -> Job:
    """Return the job as the loop of an engine process calls it, and as tests do."""

    def run(args: Mapping[str, Any] | None = None, /, **given: Any) -> Values:
        return job({**(args or {}), **given})

    return run


def _described(document: bytes) -> Values:
    hashes = [one.sha256 for one in revisions(document)]
    return {"document": document, "sha256": hashes[-1], "revision_hashes": hashes}


def _text(args: Values, name: str, longest: int = 200) -> str:
    value = args.get(name)
    if not isinstance(value, str) or not value.strip() or len(value) > longest:
        raise EngineError("signing.argument_invalid", field=name)
    return value


def _moment(args: Values, name: str) -> datetime:
    try:
        moment = datetime.fromisoformat(_text(args, name))
    except ValueError as wrong:
        raise EngineError("signing.argument_invalid", field=name) from wrong
    if moment.tzinfo is None:
        raise EngineError("signing.argument_invalid", field=name, reason="no_zone")
    return moment.astimezone(UTC)


def _day(args: Values, name: str) -> date:
    try:
        return date.fromisoformat(_text(args, name))
    except ValueError as wrong:
        raise EngineError("signing.argument_invalid", field=name) from wrong


def _act(args: Values) -> Act:
    return Act(_moment(args, "signing_time"), args.get("reason") or "", args.get("location") or "")


def _revoked(args: Values) -> list[Revocation]:
    raw = args.get("revoked") or []
    if not isinstance(raw, list) or not all(isinstance(one, Mapping) for one in raw):
        raise EngineError("signing.revocation_invalid")
    return [Revocation.parse(one) for one in raw]
