"""Accounts of natural persons, their ID card's portrait, their consents."""

from __future__ import annotations

from gateway.exchange import Exchange, Reply
from gateway.routing import JPEG, MIB, route
from gateway.schemas.accounts import (
    AccountBody,
    AccountReply,
    MobileBody,
    OwnAccountReply,
    PasswordBody,
    RecoveryBody,
    WechatBody,
)
from gateway.schemas.consents import ConsentBody, ConsentReply
from gateway.schemas.own_data import ErasureBody, ErasureReply, OwnDataReply
from services.common.kit.sealing import seal
from services.common.messages import identity


@route("POST", "/v1/accounts", actor="anyone", body=AccountBody, reply=AccountReply, status=201, idempotent=True)
def register(exchange: Exchange, body: AccountBody) -> Reply:
    """Register with name, ID number and a code sent to the mobile (注册)."""
    return Reply(AccountReply.of(exchange.order(body.message())), headers={"Location": "/v1/accounts/me"})


@route("GET", "/v1/accounts/me", actor="person", reply=OwnAccountReply)
def show_own_account(exchange: Exchange) -> Reply:
    """Show one's own account."""
    return Reply(OwnAccountReply.of(exchange.ask(identity.GetPerson(person_id=exchange.actor.person_id))))


@route("GET", "/v1/accounts/me/data", actor="person", reply=OwnDataReply)
def export_own_data(exchange: Exchange) -> Reply:
    """Show everything kept about one's identity, to read or copy (查阅、复制个人信息)."""
    return Reply(OwnDataReply.of(exchange.ask(identity.ExportOwnData())))


@route(
    "PUT", "/v1/accounts/me/portrait", actor="person", media=JPEG, max_body=MIB, status=204, errors=("http.not_jpeg",)
)
def enrol_portrait(exchange: Exchange) -> Reply:
    """Hand in the portrait on one's ID card, for face checks: JPEG, at most 1 MiB; only its template is kept, encrypted."""
    key = exchange.ask(identity.GetSealingKey()).key
    exchange.order(identity.EnrolPortrait(image=seal(exchange.raw_body, key)), fresh=True)
    return Reply()


@route("PUT", "/v1/accounts/me/password", actor="person", body=PasswordBody, status=204)
def set_password(exchange: Exchange, body: PasswordBody) -> Reply:
    """Choose or change one's password and login name; one's other sessions end (设置密码)."""
    exchange.order(body.message())
    return Reply()


@route("PUT", "/v1/accounts/me/mobile", actor="person", body=MobileBody, status=204)
def change_mobile(exchange: Exchange, body: MobileBody) -> Reply:
    """Change one's mobile by a code sent to it and an identity proof (purpose ACCOUNT); the old one is told (变更手机号)."""
    exchange.order(body.message())
    return Reply()


@route(
    "POST", "/v1/account-recoveries", actor="anyone", body=RecoveryBody, reply=AccountReply, status=201, idempotent=True
)
def recover_account(exchange: Exchange, body: RecoveryBody) -> Reply:
    """Win back the account of one's own ID number, whoever occupies it (找回账号)."""
    return Reply(AccountReply.of(exchange.order(body.message(exchange.source))))


@route(
    "POST",
    "/v1/accounts/me/erasure",
    actor="person",
    body=ErasureBody,
    reply=ErasureReply,
    errors=("identity.erasure_barred",),
)
def erase_account(exchange: Exchange, body: ErasureBody) -> Reply:
    """Erase one's account by an identity proof (purpose ACCOUNT), unless cases or signatures wait; tells what stays and why (注销账户)."""
    done = exchange.order(identity.EraseAccount(proof=body.proof))
    return Reply(ErasureReply.of(done, exchange.say))


@route("PUT", "/v1/accounts/me/wechat", actor="person", body=WechatBody, status=204)
def bind_wechat(exchange: Exchange, body: WechatBody) -> Reply:
    """Bind one's WeChat account, to sign in by it (绑定微信)."""
    exchange.order(identity.BindWechat(code=body.code))
    return Reply()


@route("DELETE", "/v1/accounts/me/wechat", actor="person", status=204)
def unbind_wechat(exchange: Exchange) -> Reply:
    """Unbind WeChat."""
    exchange.order(identity.UnbindWechat())
    return Reply()


@route("POST", "/v1/consents", actor="person", body=ConsentBody, reply=ConsentReply, status=201, idempotent=True)
def record_consent(exchange: Exchange, body: ConsentBody) -> Reply:
    """Record that one ticked a text: which, in which version, for what purpose (同意)."""
    return Reply(ConsentReply.of(exchange.order(body.message())))


@route("DELETE", "/v1/consents/{purpose}", actor="person", status=204)
def withdraw_consent(exchange: Exchange) -> Reply:
    """Take back one's consent to a purpose (撤回同意); FACE also deletes the portrait's template."""
    exchange.order(identity.WithdrawConsent(purpose=exchange.parts["purpose"]))
    return Reply()
