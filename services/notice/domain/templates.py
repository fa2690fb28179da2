"""What messages say, per kind. No personal data: a bare case number, a code or a link, never a name, number or address."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from math import ceil
from zoneinfo import ZoneInfo

from services.common.values import CaseNo

SHANGHAI = ZoneInfo("Asia/Shanghai")
SIGNATURE = "【过户】"

PURPOSES = {
    "REGISTER": "注册账户",
    "SIGN_IN": "登录",
    "RECOVER": "找回账户",
    "CHANGE_MOBILE": "更换手机号",
    "BANK_CARD": "银行卡核验身份",
}

CHANGES = {
    "MOBILE_CHANGED": "登录手机号已更换为新号码",
    "PASSWORD_RESET": "登录密码已重新设置",
    "ACCOUNT_ERASED": "账户已按申请注销",
    "ACCOUNT_RECOVERED": "账户已由证件持有人找回，本号码不再用于登录",
}
"""Changes of an account, told to the mobile it had before."""

STATES = {
    "SELLER_DRAFT": "的合同正在由卖方修改，修改完成后须重新确认。",
    "WAIT_BUYER": "的合同卖方已填写完成，等待买方加入。可登录后在“我的合同”查看。",
    "BUYER_DRAFT": "的合同等待买方填写。请买方登录后在“我的合同”继续办理。",
    "CONFIRMING": "的合同已生成。请登录后在“我的合同”核对并确认。",
    "READY_TO_SIGN": "的合同可以发起签署。请登录后在“我的合同”办理。",
    "SIGNED": "的合同已全部签署，尚未提交审核。请卖方登录后在“我的合同”提交。",
    "SUBMITTED": "的合同已提交审核。",
    "RETURNED": "的合同被退回。请登录后在“我的合同”查看退回意见并补正。",
    "FILED": "的合同已完成备案。可登录后在“我的合同”下载。",
    "PUSHED": "的合同备案信息已推送至不动产登记机构。请按约定期限申请转移登记。",
    "FROZEN": "的房屋目前不能交易，签署已暂停。请登录后在“我的合同”查看原因。",
    "REVOKED": "的合同已撤销。",
    "REJECTED": "的合同不予备案。请登录后在“我的合同”查看原因和救济途径。",
    "EXPIRED": "的合同因长期未办理已失效，需要办理的请重新创建。",
}
"""States of a case that its parties are told of. SIGNING is not here: every signer gets an invitation of his own."""


@dataclass(frozen=True)
class Wording:
    """A message's template and its text."""

    template: str
    text: str


def sms_code(code: str, purpose: str, left: dt.timedelta) -> Wording:
    """Return the text of a code; `left`: how long it is still good."""
    minutes = max(1, ceil(left.total_seconds() / 60))
    told = PURPOSES.get(purpose, "办理业务")
    return Wording("sms_code", f"{SIGNATURE}验证码{code}，{minutes}分钟内有效，用于{told}。请勿告诉他人。")


def account_change(kind: str, at: dt.datetime) -> Wording:
    """Return what the former mobile is told of a change in its account."""
    when = at.astimezone(SHANGHAI)
    body = (
        f"您的账户于{when.month}月{when.day}日{when:%H:%M}：{CHANGES[kind]}。如非本人操作，请立即携带身份证到窗口核实。"
    )
    return Wording(f"account_{kind.lower()}", f"{SIGNATURE}{body}")


def invitation(case_no: CaseNo, link: str, until: dt.datetime) -> Wording:
    """Return the text that asks a signer to sign."""
    last = until.astimezone(SHANGHAI)
    body = f"业务编号{case_no.number}的合同等您签署。请于{last.month}月{last.day}日{last:%H:%M}前打开 {link} ，核验本人身份后签署。"
    return Wording("invitation", f"{SIGNATURE}{body}链接仅限本人使用，请勿转发。")


def case_state(case_no: CaseNo, state: str) -> Wording | None:
    """Return what parties are told of a state, or None when there is nothing to tell."""
    told = STATES.get(state)
    return None if told is None else Wording(f"case_{state.lower()}", f"{SIGNATURE}业务编号{case_no.number}{told}")
