"""Identity on the bus, all that needs no engine: translates questions and commands into use cases."""

from __future__ import annotations

from typing import Any

from eventlet import tpool
from eventlet.semaphore import Semaphore

from services.common.kit.calls import Call
from services.common.kit.entrypoints import Wired, handles, rpc
from services.common.messages import identity as messages
from services.common.messages.operations import StaffActed
from services.common.messages.shapes import Nothing
from services.identity.application.add_staff import add_staff
from services.identity.application.at_provider import fetch_face_result
from services.identity.application.audit import keep_staff_act, list_staff_acts
from services.identity.application.block_id_number import block_id_number
from services.identity.application.block_staff import block_staff
from services.identity.application.change_mobile import change_mobile
from services.identity.application.check_at_counter import check_at_counter
from services.identity.application.end_sessions import list_ended_sessions, sign_out_everywhere
from services.identity.application.erase_account import erase_account
from services.identity.application.export_own_data import export_own_data
from services.identity.application.face_reviews import (
    decide_face_review,
    list_face_reviews,
    look_at_face_review,
    show_face_review,
)
from services.identity.application.get_person import get_person
from services.identity.application.get_sealing_key import get_sealing_key
from services.identity.application.get_sms_code import get_sms_code
from services.identity.application.get_staff import get_staff
from services.identity.application.means import Means
from services.identity.application.prove_by_bank_card import add_bank_card, prove_by_bank_card
from services.identity.application.record_consent import record_consent
from services.identity.application.recover_account import recover_account
from services.identity.application.refresh_session import refresh_session
from services.identity.application.register import register
from services.identity.application.request_sms_code import request_sms_code
from services.identity.application.set_password import set_password
from services.identity.application.set_staff_roles import set_staff_roles
from services.identity.application.show_face_check import show_face_check
from services.identity.application.show_session import show_session
from services.identity.application.sign_in import sign_in
from services.identity.application.sign_in_staff import sign_in_staff
from services.identity.application.sign_in_with_password import sign_in_with_password
from services.identity.application.sign_in_with_wechat import bind_wechat, sign_in_with_wechat, unbind_wechat
from services.identity.application.sign_out import sign_out
from services.identity.application.start_face_check import start_face_check
from services.identity.application.tell_change import get_account_change
from services.identity.application.use_alternative import use_alternative
from services.identity.application.verify_audit import verify_audit
from services.identity.application.withdraw_consent import withdraw_consent
from services.identity.wiring import means_of

HASHES_AT_ONCE = 2
"""Each takes 64 MiB and a core for a moment."""

_slots = Semaphore(HASHES_AT_ONCE)


def _off_loop(work: Any, *arguments: Any) -> Any:
    """Run in a thread: argon2-cffi releases the GIL while it hashes, so the loop goes on."""
    with _slots:
        return tpool.execute(work, *arguments)


def build(resources: Any) -> Means:
    """Build the tools once per process."""
    return means_of(resources, _off_loop)


class IdentityService:
    """Process `serve`."""

    name = "identity"
    parts = Wired(build)

    @rpc(messages.RequestSmsCode)
    def request_sms_code(self, message: messages.RequestSmsCode, call: Call) -> messages.SmsCodeSent:
        """Issue a code."""
        return request_sms_code(self.parts, message, call)

    @rpc(messages.GetSmsCode)
    def get_sms_code(self, message: messages.GetSmsCode, call: Call) -> messages.SmsCode:
        """Give notice the digits."""
        return get_sms_code(self.parts, message, call)

    @rpc(messages.Register)
    def register(self, message: messages.Register, call: Call) -> messages.AccountReference:
        """Open an account."""
        return register(self.parts, message, call)

    @rpc(messages.RecoverAccount)
    def recover_account(self, message: messages.RecoverAccount, call: Call) -> messages.AccountReference:
        """Give an occupied account to its owner."""
        return recover_account(self.parts, message, call)

    @rpc(messages.ChangeMobile)
    def change_mobile(self, message: messages.ChangeMobile, call: Call) -> Nothing:
        """Change the caller's mobile."""
        return change_mobile(self.parts, message, call)

    @rpc(messages.EraseAccount)
    def erase_account(self, message: messages.EraseAccount, call: Call) -> messages.Erasure:
        """Erase the caller's account."""
        return erase_account(self.parts, message, call)

    @rpc(messages.GetAccountChange)
    def get_account_change(self, message: messages.GetAccountChange, call: Call) -> messages.AccountChange:
        """Tell notice what to tell whom."""
        return get_account_change(self.parts, message, call)

    @rpc(messages.BlockIdNumber)
    def block_id_number(self, message: messages.BlockIdNumber, call: Call) -> Nothing:
        """Let nobody register with a number."""
        return block_id_number(self.parts, message, call)

    @rpc(messages.SignIn, present="show_session")
    def sign_in(self, message: messages.SignIn, call: Call) -> messages.SessionReference:
        """Open a citizen's session."""
        return sign_in(self.parts, message, call)

    @rpc(messages.SignInWithPassword, present="show_session")
    def sign_in_with_password(self, message: messages.SignInWithPassword, call: Call) -> messages.SessionReference:
        """Open a citizen's session by password."""
        return sign_in_with_password(self.parts, message, call)

    @rpc(messages.SignInWithWechat, present="show_session")
    def sign_in_with_wechat(self, message: messages.SignInWithWechat, call: Call) -> messages.SessionReference:
        """Open a citizen's session by WeChat."""
        return sign_in_with_wechat(self.parts, message, call)

    @rpc(messages.BindWechat)
    def bind_wechat(self, message: messages.BindWechat, call: Call) -> Nothing:
        """Bind WeChat."""
        return bind_wechat(self.parts, message, call)

    @rpc(messages.UnbindWechat)
    def unbind_wechat(self, message: messages.UnbindWechat, call: Call) -> Nothing:
        """Unbind WeChat."""
        return unbind_wechat(self.parts, message, call)

    @rpc(messages.SetPassword)
    def set_password(self, message: messages.SetPassword, call: Call) -> Nothing:
        """Choose or change a password."""
        return set_password(self.parts, message, call)

    @rpc(messages.SignOutEverywhere)
    def sign_out_everywhere(self, message: messages.SignOutEverywhere, call: Call) -> Nothing:
        """End all sessions of the caller."""
        return sign_out_everywhere(self.parts, message, call)

    @rpc(messages.ListEndedSessions)
    def list_ended_sessions(self, message: messages.ListEndedSessions, call: Call) -> messages.EndedSessions:
        """Tell the gateway whose access tokens are good no more."""
        return list_ended_sessions(self.parts, message, call)

    @rpc(messages.BlockStaff)
    def block_staff(self, message: messages.BlockStaff, call: Call) -> Nothing:
        """Close or open a staff account."""
        return block_staff(self.parts, message, call)

    @rpc(messages.SignInStaff, present="show_session")
    def sign_in_staff(self, message: messages.SignInStaff, call: Call) -> messages.SessionReference:
        """Open a staff session."""
        return sign_in_staff(self.parts, message, call)

    @rpc(messages.RefreshSession, present="show_session")
    def refresh_session(self, message: messages.RefreshSession, call: Call) -> messages.SessionReference:
        """Turn the refresh token over."""
        return refresh_session(self.parts, message, call)

    def show_session(self, reference: messages.SessionReference, message: object, call: Call) -> messages.Session:
        """Mint the tokens."""
        del message, call
        return show_session(self.parts, reference)

    @rpc(messages.SignOut)
    def sign_out(self, message: messages.SignOut, call: Call) -> Nothing:
        """End the session."""
        return sign_out(self.parts, message, call)

    @rpc(messages.AddStaff)
    def add_staff(self, message: messages.AddStaff, call: Call) -> messages.StaffReference:
        """Create a staff account."""
        return add_staff(self.parts, message, call)

    @rpc(messages.SetStaffRoles)
    def set_staff_roles(self, message: messages.SetStaffRoles, call: Call) -> messages.StaffReference:
        """Give a member of staff other roles."""
        return set_staff_roles(self.parts, message, call)

    @rpc(messages.ListStaffActs)
    def list_staff_acts(self, message: messages.ListStaffActs, call: Call) -> messages.StaffActs:
        """Show the audit to the office's auditor."""
        return list_staff_acts(self.parts, message, call)

    @rpc(messages.VerifyAudit)
    def verify_audit(self, message: messages.VerifyAudit, call: Call) -> messages.AuditVerified:
        """Check the chain over the audit."""
        return verify_audit(self.parts, message, call)

    @handles("identity.keep_staff_act")
    def keep_staff_act(self, event: StaffActed, call: Call) -> None:
        """Keep what a service told of its staff."""
        keep_staff_act(self.parts, event, call)

    @rpc(messages.GetStaff)
    def get_staff(self, message: messages.GetStaff, call: Call) -> messages.StaffPerson:
        """Tell which person a member of staff is."""
        return get_staff(self.parts, message, call)

    @rpc(messages.GetPerson)
    def get_person(self, message: messages.GetPerson, call: Call) -> messages.Person:
        """Tell a person's own data."""
        return get_person(self.parts, message, call)

    @rpc(messages.ExportOwnData)
    def export_own_data(self, message: messages.ExportOwnData, call: Call) -> messages.OwnData:
        """Tell a person everything kept about them."""
        return export_own_data(self.parts, message, call)

    @rpc(messages.RecordConsent)
    def record_consent(self, message: messages.RecordConsent, call: Call) -> messages.ConsentReference:
        """Record a consent."""
        return record_consent(self.parts, message, call)

    @rpc(messages.WithdrawConsent)
    def withdraw_consent(self, message: messages.WithdrawConsent, call: Call) -> Nothing:
        """Take a consent back."""
        return withdraw_consent(self.parts, message, call)

    @rpc(messages.CheckAtCounter)
    def check_at_counter(self, message: messages.CheckAtCounter, call: Call) -> messages.CounterCheckReference:
        """Record what a clerk has seen."""
        return check_at_counter(self.parts, message, call)

    @rpc(messages.GetSealingKey)
    def get_sealing_key(self, message: messages.GetSealingKey, call: Call) -> messages.SealingKey:
        """Hand out the portrait key."""
        return get_sealing_key(self.parts, message, call)

    @rpc(messages.StartFaceCheck, present="show_face_check")
    def start_face_check(self, message: messages.StartFaceCheck, call: Call) -> messages.FaceCheckReference:
        """Begin a check."""
        return start_face_check(self.parts, message, call)

    @rpc(messages.GetFaceCheck)
    def get_face_check(self, message: messages.GetFaceCheck, call: Call) -> messages.FaceCheck:
        """Show a check."""
        return show_face_check(self.parts, messages.FaceCheckReference(check_id=message.check_id), call)

    @rpc(messages.FetchFaceResult, present="show_face_check")
    def fetch_face_result(self, message: messages.FetchFaceResult, call: Call) -> messages.FaceCheckReference:
        """Ask the outside provider."""
        return fetch_face_result(self.parts, message, call)

    @rpc(messages.ListFaceReviews)
    def list_face_reviews(self, message: messages.ListFaceReviews, call: Call) -> messages.FaceReviewQueue:
        """List doubtful checks."""
        return list_face_reviews(self.parts, message, call)

    @rpc(messages.LookAtFaceReview, present="show_face_review")
    def look_at_face_review(self, message: messages.LookAtFaceReview, call: Call) -> messages.FaceCheckReference:
        """Write down who looks."""
        return look_at_face_review(self.parts, message, call)

    def show_face_review(
        self, reference: messages.FaceCheckReference, message: messages.LookAtFaceReview, call: Call
    ) -> messages.FaceReviewPictures:
        """Show the pictures."""
        return show_face_review(self.parts, reference, message, call)

    @rpc(messages.DecideFaceReview)
    def decide_face_review(self, message: messages.DecideFaceReview, call: Call) -> Nothing:
        """Decide a doubtful check."""
        return decide_face_review(self.parts, message, call)

    @rpc(messages.UseAlternative, present="show_face_check")
    def use_alternative(self, message: messages.UseAlternative, call: Call) -> messages.FaceCheckReference:
        """End a check by another way."""
        return use_alternative(self.parts, message, call)

    @rpc(messages.ProveByBankCard, present="show_face_check")
    def prove_by_bank_card(self, message: messages.ProveByBankCard, call: Call) -> messages.FaceCheckReference:
        """End a check by a bank card."""
        return prove_by_bank_card(self.parts, message, call)

    @rpc(messages.AddBankCard)
    def add_bank_card(self, message: messages.AddBankCard, call: Call) -> Nothing:
        """Put a made-up card into the embedded table."""
        return add_bank_card(self.parts, message, call)

    def show_face_check(
        self, reference: messages.FaceCheckReference, message: object, call: Call
    ) -> messages.FaceCheck:
        """Show a check as it stands."""
        del message
        return show_face_check(self.parts, reference, call)
