"""Choose, change or reset the caller's password and login name (设置密码)."""

from __future__ import annotations

from services.common.kit.calls import Call
from services.common.messages.identity import ChangeKind, SetPassword
from services.common.messages.shapes import Nothing
from services.common.values import PersonId
from services.identity.application.door import Door
from services.identity.application.end_sessions import end_sessions
from services.identity.application.means import Means
from services.identity.application.ports import AccountProof, Work
from services.identity.application.tell_change import tell_change
from services.identity.domain.credential import MAX_PASSWORD, Credential, require_login, require_password
from services.identity.domain.errors import AccountProofMissing, NotYours, PasswordWrong, PersonUnknown
from services.identity.domain.session import EndReason


def set_password(means: Means, message: SetPassword, call: Call) -> Nothing:
    """Keep the new password and end the caller's other sessions.

    The first one needs the session alone; later ones the current password or an identity proof for the account.
    Raises InvalidValue by field, PasswordWrong (counted), AccountProofMissing, LoginTaken, TooSoon, NotAuthenticated.
    """
    person_id, now = call.actor.person_id, means.now()
    require_password(message.password)
    login = None if message.login is None else require_login(message.login)
    proof = account_proof(means, message.proof, person_id) if message.proof else None
    door = Door(frozenset({f"account:{person_id}"}), "", now)
    with means.read() as registers:
        door.refuse_locked(registers)
        known = registers.credentials.find(person_id)
    if known is not None and proof is None and not message.current:
        raise AccountProofMissing
    fits = known is None or proof is not None or _fits(means, known, message.current)
    password_hash = means.passwords.hash(message.password) if fits else ""
    with means.works(call) as work:
        door.refuse_locked(work)
        account = work.accounts.find(person_id)
        if account is None:
            raise PersonUnknown
        if not fits or work.credentials.find(person_id) != known:
            raise door.failed(work, PasswordWrong(field="current"))
        _spend(work, proof)
        kept = known.login if known and login is None else login
        work.credentials.save(Credential(person_id, kept, password_hash, now))
        if proof is not None:
            tell_change(means, work, account, ChangeKind.PASSWORD_RESET)
        end_sessions(work, str(person_id), EndReason.PASSWORD_CHANGED, now, but=call.actor.session)
        work.commit(Nothing())
    return Nothing()


def account_proof(means: Means, token: str, person_id: PersonId) -> AccountProof:
    """Return the proof of that person. Raises NotAuthenticated, NotYours."""
    proof = means.tokens.read_account_proof(token, means.now())
    if proof.person_id != person_id:
        raise NotYours
    return proof


def _fits(means: Means, known: Credential, password: str) -> bool:
    return means.passwords.fits(known.password_hash, password[: MAX_PASSWORD + 1])


def _spend(work: Work, proof: AccountProof | None) -> None:
    if proof is not None:
        work.spend(proof.proof_id, proof.expires_at)
