"""Signing's slow work: envelopes, signatures, seals, verification. Scaled by itself."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.common.kit.calls import Call, new_id
from services.common.kit.entrypoints import Wired, handles, rpc
from services.common.kit.fields import FieldCipher
from services.common.kit.unit_of_work import Works
from services.common.messages.contract import CaseEnded, DocumentsReady
from services.common.messages.review import ReviewApproved
from services.common.messages.signing import SignatureRequested, Verification, VerifyCode
from services.signing.adapters.engine_port import MODULE, PooledEngine, provide_platform
from services.signing.adapters.neighbours import ContractOnBus
from services.signing.adapters.repository import SigningWork, StoredReading
from services.signing.application.apply_signature import ApplySignature
from services.signing.application.end_envelope import VoidEnvelope
from services.signing.application.open_envelope import OpenEnvelope
from services.signing.application.seal_envelope import SealEnvelope
from services.signing.application.verify_code import Verify
from services.signing.config import SigningConfig
from services.signing.service import utc_now

ORGANISATION = "过户 Guohu"


@dataclass(frozen=True)
class Parts:
    """The use cases of this process."""

    open: OpenEnvelope
    apply: ApplySignature
    seal: SealEnvelope
    void: VoidEnvelope
    verify: Verify


def build(resources: Any) -> Parts:
    """Wire; start the engines."""
    config = SigningConfig.read(resources.settings.values)
    if resources.settings.env != "production":
        offices = sorted(
            {
                one.signing.seal_office
                for city in resources.profiles
                for one in city.business_types
                if one.signing.sealed
            }
        )
        provide_platform(Path(config.pki), ORGANISATION, offices)
    cipher = FieldCipher(config.field_key)
    works = Works(resources.database, lambda database, call: SigningWork(database, call, cipher))
    reading = StoredReading(resources.database, cipher)
    engine = PooledEngine(resources.engines(MODULE, {"pki": config.pki}, config.engines))
    objects = resources.objects
    return Parts(
        open=OpenEnvelope(works, ContractOnBus(resources.client), objects, utc_now, new_id, config.envelope_lifetime),
        apply=ApplySignature(works, reading, objects, engine, utc_now),
        seal=SealEnvelope(works, reading, objects, engine, utc_now),
        void=VoidEnvelope(works, utc_now),
        verify=Verify(reading, objects, engine),
    )


class SigningWorker:
    """Translates; decides nothing."""

    name = "signing"
    parts = Wired(build)

    @handles("signing.open_envelope")
    def open_envelope(self, event: DocumentsReady, call: Call) -> None:
        """Documents are stored."""
        self.parts.open(event, call)

    @handles("signing.apply_signature")
    def apply_signature(self, event: SignatureRequested, call: Call) -> None:
        """Somebody signed by hand."""
        self.parts.apply(event, call)

    @handles("signing.seal_envelope")
    def seal_envelope(self, event: ReviewApproved, call: Call) -> None:
        """Review approved."""
        self.parts.seal(event, call)

    @handles("signing.void_envelope")
    def void_envelope(self, event: CaseEnded, call: Call) -> None:
        """The case is over."""
        self.parts.void(event, call)

    @rpc(VerifyCode)
    def verify_code(self, message: VerifyCode, call: Call) -> Verification:
        """Public."""
        return self.parts.verify(message, call)
