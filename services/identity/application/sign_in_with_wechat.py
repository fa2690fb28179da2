"""WeChat as a way in (微信登录): bind it once while signed in, then a program's code opens a session."""

from __future__ import annotations

from services.common.kit.calls import Call
from services.common.kit.errors import InvalidValue
from services.common.messages.identity import BindWechat, SessionReference, SignInWithWechat, UnbindWechat
from services.common.messages.shapes import Nothing
from services.identity.application.door import Door
from services.identity.application.means import Means
from services.identity.application.open_session import open_session
from services.identity.domain.errors import PersonUnknown, WechatNotBound


def sign_in_with_wechat(means: Means, message: SignInWithWechat, call: Call) -> SessionReference:
    """Open a session. Raises WechatNotBound, TooSoon, and the port's refusals; a code WeChat refuses counts against the address."""
    door = Door(frozenset(), message.source, means.now())
    with means.read() as registers:
        door.refuse_locked(registers)
    try:
        openid = means.wechat.openid(message.code)
    except InvalidValue as wrong:
        with means.works(call) as work:
            raise door.failed(work, wrong) from wrong
    with means.read() as registers:
        person_id = registers.wechat_links.find(openid)
    with means.works(call) as work:
        # the account is held first, as by whoever wins it back or erases it; then the link must still stand
        if person_id is None or work.accounts.find(person_id) is None or work.wechat_links.find(openid) != person_id:
            raise WechatNotBound
        return open_session(means, work, person_id)


def bind_wechat(means: Means, message: BindWechat, call: Call) -> Nothing:
    """Bind the caller's WeChat account. Whoever bound it before no longer signs in by it. Raises the port's refusals."""
    person_id = call.actor.person_id
    openid = means.wechat.openid(message.code)
    with means.works(call) as work:
        if work.accounts.find(person_id) is None:
            raise PersonUnknown
        work.wechat_links.put(openid, person_id, means.now())
        work.commit(Nothing())
    return Nothing()


def unbind_wechat(means: Means, message: UnbindWechat, call: Call) -> Nothing:
    """Unbind it; nothing bound stays nothing bound."""
    del message
    person_id = call.actor.person_id
    with means.works(call) as work:
        work.wechat_links.delete(person_id)
        work.commit(Nothing())
    return Nothing()
