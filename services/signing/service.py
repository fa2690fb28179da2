"""Signing's questions on the bus."""

from __future__ import annotations

from services.common.kit.calls import Call
from services.common.kit.entrypoints import Wired, rpc
from services.common.messages import signing as messages
from services.common.messages.contract import Download
from services.signing.wiring import ServiceParts, build_service


class SigningService:
    """Envelopes, signer tasks and their documents."""

    name = "signing"
    parts: ServiceParts = Wired(build_service)

    @rpc(messages.MintVerificationCode)
    def mint_verification_code(self, message: messages.MintVerificationCode, call: Call) -> messages.VerificationCode:
        """For contract."""
        return self.parts.mint_verification_code(message, call)

    @rpc(messages.IssueLink)
    def issue_link(self, message: messages.IssueLink, call: Call) -> messages.Invitation:
        """For notice."""
        return self.parts.issue_link(message, call)

    @rpc(messages.GetTask)
    def get_task(self, message: messages.GetTask, call: Call) -> messages.TaskView:
        """By link or id."""
        return self.parts.show_task(message, call)

    @rpc(messages.ListTasks)
    def list_tasks(self, message: messages.ListTasks, call: Call) -> messages.TaskList:
        """待签署."""
        return self.parts.list_tasks(message, call)

    @rpc(messages.ListOpenTasks)
    def list_open_tasks(self, message: messages.ListOpenTasks, call: Call) -> messages.OpenTasks:
        """Tell identity which signatures a person still owes."""
        return self.parts.list_open_tasks(message, call)

    @rpc(messages.GetEnvelope)
    def get_envelope(self, message: messages.GetEnvelope, call: Call) -> messages.EnvelopeView:
        """Progress."""
        return self.parts.show_envelope(message, call)

    @rpc(messages.GetSignedDocument)
    def get_signed_document(self, message: messages.GetSignedDocument, call: Call) -> Download:
        """For contract."""
        return self.parts.give_document(message, call)

    @rpc(messages.IdentifySigner)
    def identify_signer(self, message: messages.IdentifySigner, call: Call) -> messages.TaskReference:
        """Spend the proof."""
        return self.parts.identify_signer(message, call)

    @rpc(messages.ViewDocument, present="show_document")
    def view_document(self, message: messages.ViewDocument, call: Call) -> messages.TaskReference:
        """Mark opened."""
        return self.parts.view_document(message, call)

    def show_document(self, kept: messages.TaskReference, message: messages.ViewDocument, call: Call) -> Download:
        """The bytes of the opened document."""
        del kept
        return self.parts.view_document.show(message, call)

    @rpc(messages.Sign)
    def sign(self, message: messages.Sign, call: Call) -> messages.TaskReference:
        """签署提交."""
        return self.parts.sign(message, call)

    @rpc(messages.AdmitUpload)
    def admit_upload(self, message: messages.AdmitUpload, call: Call) -> messages.UploadTicket:
        """Public."""
        return self.parts.admit_upload(message, call)

    @rpc(messages.Refuse)
    def refuse(self, message: messages.Refuse, call: Call) -> messages.TaskReference:
        """拒签."""
        return self.parts.refuse(message, call)
