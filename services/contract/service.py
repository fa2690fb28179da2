"""Contract on the bus: translates questions and commands into use cases."""

from __future__ import annotations

from services.common.kit.calls import Call
from services.common.kit.entrypoints import Wired, rpc
from services.common.messages import contract as messages
from services.contract.application.staff_reads import DOWNLOADED, SHOWN
from services.contract.wiring import ServiceParts, build_service


class ContractService:
    """The case's commands and questions."""

    name = "contract"
    parts: ServiceParts = Wired(build_service)

    @rpc(messages.OpenCase)
    def open_case(self, message: messages.OpenCase, call: Call) -> messages.CaseReference:
        """创建合同."""
        return self.parts.open_case(message, call)

    @rpc(messages.LookUpCase)
    def look_up_case(self, message: messages.LookUpCase, call: Call) -> messages.CaseFound:
        """Search as a buyer."""
        return self.parts.look_up_case(message, call)

    @rpc(messages.JoinCase)
    def join_case(self, message: messages.JoinCase, call: Call) -> messages.CaseReference:
        """Become the main buyer."""
        return self.parts.join_case(message, call)

    @rpc(messages.SaveParties)
    def save_parties(self, message: messages.SaveParties, call: Call) -> messages.CaseReference:
        """Save the caller's side."""
        return self.parts.save_parties(message, call)

    @rpc(messages.SaveTerms)
    def save_terms(self, message: messages.SaveTerms, call: Call) -> messages.CaseReference:
        """Save what is agreed."""
        return self.parts.save_terms(message, call)

    @rpc(messages.GenerateContract)
    def generate_contract(self, message: messages.GenerateContract, call: Call) -> messages.CaseReference:
        """生成电子合同."""
        return self.parts.generate_contract(message, call)

    @rpc(messages.ConfirmContract)
    def confirm_contract(self, message: messages.ConfirmContract, call: Call) -> messages.CaseReference:
        """确认合同."""
        return self.parts.confirm_contract(message, call)

    @rpc(messages.AcknowledgeNote)
    def acknowledge_note(self, message: messages.AcknowledgeNote, call: Call) -> messages.CaseReference:
        """知悉确认."""
        return self.parts.acknowledge_note(message, call)

    @rpc(messages.StartSigning)
    def start_signing(self, message: messages.StartSigning, call: Call) -> messages.CaseReference:
        """发起签署."""
        return self.parts.start_signing(message, call)

    @rpc(messages.SubmitCase)
    def submit_case(self, message: messages.SubmitCase, call: Call) -> messages.CaseReference:
        """提交合同."""
        return self.parts.submit_case(message, call)

    @rpc(messages.WithdrawSubmission)
    def withdraw_submission(self, message: messages.WithdrawSubmission, call: Call) -> messages.CaseReference:
        """Take the submission back."""
        return self.parts.withdraw_submission(message, call)

    @rpc(messages.RevokeCase)
    def revoke_case(self, message: messages.RevokeCase, call: Call) -> messages.CaseReference:
        """撤销合同."""
        return self.parts.revoke_case(message, call)

    @rpc(messages.RescindCase)
    def rescind_case(self, message: messages.RescindCase, call: Call) -> messages.CaseReference:
        """解除."""
        return self.parts.rescind_case(message, call)

    @rpc(messages.WithdrawRescission)
    def withdraw_rescission(self, message: messages.WithdrawRescission, call: Call) -> messages.CaseReference:
        """Take one's agreement to 解除 back."""
        return self.parts.withdraw_rescission(message, call)

    @rpc(messages.ApplyCancellation)
    def apply_cancellation(self, message: messages.ApplyCancellation, call: Call) -> messages.CaseReference:
        """备案注销."""
        return self.parts.apply_cancellation(message, call)

    @rpc(messages.TakeBackCancellation)
    def take_back_cancellation(self, message: messages.TakeBackCancellation, call: Call) -> messages.CaseReference:
        """Take one's application back."""
        return self.parts.take_back_cancellation(message, call)

    @rpc(messages.ReopenCase)
    def reopen_case(self, message: messages.ReopenCase, call: Call) -> messages.CaseReference:
        """Edit again."""
        return self.parts.reopen_case(message, call)

    @rpc(messages.GetCase)
    def get_case(self, message: messages.GetCase, call: Call) -> messages.CaseView:
        """Show the case to the caller."""
        shown = self.parts.get_case(message, call)
        return self.parts.staff_reads.audited(SHOWN, message.case_no, call, shown)

    @rpc(messages.GetForm)
    def get_form(self, message: messages.GetForm, call: Call) -> messages.CaseForm:
        """What to fill in."""
        return self.parts.get_form(message, call)

    @rpc(messages.ListCases)
    def list_cases(self, message: messages.ListCases, call: Call) -> messages.CaseList:
        """我的合同."""
        return self.parts.list_cases(message, call)

    @rpc(messages.DownloadContract)
    def download_contract(self, message: messages.DownloadContract, call: Call) -> messages.Download:
        """合同下载."""
        shown = self.parts.download_contract(message, call)
        return self.parts.staff_reads.audited(DOWNLOADED, message.case_no, call, shown)

    @rpc(messages.GetSigners)
    def get_signers(self, message: messages.GetSigners, call: Call) -> messages.Signers:
        """Who signs which field."""
        return self.parts.get_signers(message, call)

    @rpc(messages.GetBuyers)
    def get_buyers(self, message: messages.GetBuyers, call: Call) -> messages.Buyers:
        """Who buys, for review."""
        return self.parts.get_buyers(message, call)

    @rpc(messages.ListCommitments)
    def list_commitments(self, message: messages.ListCommitments, call: Call) -> messages.Commitments:
        """Tell identity what ties a person to contracts."""
        return self.parts.list_commitments(message, call)

    @rpc(messages.GetContacts)
    def get_contacts(self, message: messages.GetContacts, call: Call) -> messages.PartyContacts:
        """Where notice reaches the parties."""
        return self.parts.get_contacts(message, call)

    @rpc(messages.ListMaterials)
    def list_materials(self, message: messages.ListMaterials, call: Call) -> messages.Materials:
        """申请材料."""
        return self.parts.list_materials(message, call)

    @rpc(messages.RemoveMaterial)
    def remove_material(self, message: messages.RemoveMaterial, call: Call) -> messages.MaterialReference:
        """Take a file away."""
        return self.parts.remove_material(message, call)

    @rpc(messages.DownloadMaterial)
    def download_material(self, message: messages.DownloadMaterial, call: Call) -> messages.Download:
        """A file as kept."""
        return self.parts.download_material(message, call)
