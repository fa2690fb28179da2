"""Signing's questions on the bus."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from services.common.kit.calls import Call
from services.common.kit.entrypoints import Wired, rpc
from services.common.kit.fields import FieldCipher
from services.common.kit.unit_of_work import Works
from services.common.messages.contract import Download
from services.common.messages.signing import (
    EnvelopeView,
    GetEnvelope,
    GetSignedDocument,
    GetTask,
    IdentifySigner,
    Invitation,
    IssueLink,
    ListTasks,
    MintVerificationCode,
    Refuse,
    Sign,
    TaskList,
    TaskReference,
    TaskView,
    VerificationCode,
    ViewDocument,
)
from services.signing.adapters.neighbours import SignedProofs
from services.signing.adapters.repository import SigningWork, StoredReading
from services.signing.application.end_envelope import RefuseSigning
from services.signing.application.identify_signer import Identify
from services.signing.application.issue_link import Issue
from services.signing.application.mint_verification_code import Mint
from services.signing.application.show_tasks import Show
from services.signing.application.sign import RequestSignature
from services.signing.application.view_document import View
from services.signing.config import SigningConfig


def utc_now() -> dt.datetime:
    """The clock of this process."""
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True)
class Parts:
    """The use cases of this process."""

    mint: Mint
    issue: Issue
    show: Show
    identify: Identify
    view: View
    sign: RequestSignature
    refuse: RefuseSigning


def build(resources: Any) -> Parts:
    """Wire."""
    config = SigningConfig.read(resources.settings.values)
    cipher = FieldCipher(config.field_key)
    works = Works(resources.database, lambda database, call: SigningWork(database, call, cipher))
    reading = StoredReading(resources.database, cipher)
    return Parts(
        mint=Mint(works, config.public_url),
        issue=Issue(works, utc_now),
        show=Show(reading, resources.objects, utc_now),
        identify=Identify(works, SignedProofs(config.proof_public_key), utc_now, config.session),
        view=View(works, reading, resources.objects, utc_now, config.session),
        sign=RequestSignature(works, utc_now),
        refuse=RefuseSigning(works, utc_now),
    )


class SigningService:
    """Translates; decides nothing."""

    name = "signing"
    parts = Wired(build)

    @rpc(MintVerificationCode)
    def mint_verification_code(self, message: MintVerificationCode, call: Call) -> VerificationCode:
        """For contract."""
        return self.parts.mint(message, call)

    @rpc(IssueLink)
    def issue_link(self, message: IssueLink, call: Call) -> Invitation:
        """For notice."""
        return self.parts.issue(message, call)

    @rpc(GetTask)
    def get_task(self, message: GetTask, call: Call) -> TaskView:
        """By link or id."""
        return self.parts.show.task(message, call)

    @rpc(ListTasks)
    def list_tasks(self, message: ListTasks, call: Call) -> TaskList:
        """待签署."""
        return self.parts.show.tasks(message, call)

    @rpc(GetEnvelope)
    def get_envelope(self, message: GetEnvelope, call: Call) -> EnvelopeView:
        """Progress."""
        return self.parts.show.envelope(message, call)

    @rpc(GetSignedDocument)
    def get_signed_document(self, message: GetSignedDocument, call: Call) -> Download:
        """For contract."""
        return self.parts.show.signed_document(message, call)

    @rpc(IdentifySigner)
    def identify_signer(self, message: IdentifySigner, call: Call) -> TaskReference:
        """Spend the proof."""
        return self.parts.identify(message, call)

    @rpc(ViewDocument, present="show_document")
    def view_document(self, message: ViewDocument, call: Call) -> TaskReference:
        """Mark opened."""
        return self.parts.view(message, call)

    def show_document(self, kept: TaskReference, message: ViewDocument, call: Call) -> Download:
        """The bytes of the opened document."""
        return self.parts.view.show(kept, message, call)

    @rpc(Sign)
    def sign(self, message: Sign, call: Call) -> TaskReference:
        """签署提交."""
        return self.parts.sign(message, call)

    @rpc(Refuse)
    def refuse(self, message: Refuse, call: Call) -> TaskReference:
        """拒签."""
        return self.parts.refuse(message, call)
