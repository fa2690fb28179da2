"""What a city shows before anybody signs in: its entry, its menu, where its offices are, the hints of each screen.

Decides names and bounds; leaves to office what is shown today, and to apps how.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from services.common.profiles.dated import BEGINNING

PUBLIC_URL = "{public_url}"
"""Stands in a deep link for the address of this deployment."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """How people reach the city's app (000 一、搜索微信小程序): its name in the app store's search, and the link its QR code holds."""

    app_name: str = field(metadata={"longest": 50})
    deep_link: str = field(metadata={"pattern": r"(\{public_url\}|[a-z][a-z0-9+.-]{1,30}://)[!-~]*", "longest": 300})
    """`{public_url}/c/<city>` for the page of this deployment, or a link an app has registered for itself."""


class Opens(StrEnum):
    """What an entry of the menu leads to; an app has one screen for each."""

    SELL = "SELL"  # 我是卖家: title search, then a new case
    BUY = "BUY"  # 我是买家: look up the seller's case
    MY_CASES = "MY_CASES"  # 我的合同
    MY_SIGNING_TASKS = "MY_SIGNING_TASKS"  # 待我签署
    MY_ACCOUNT = "MY_ACCOUNT"  # 个人中心: name, mobile, password
    MY_DATA = "MY_DATA"  # 查阅、复制个人信息, 撤回同意
    VERIFICATION = "VERIFICATION"  # 合同核验
    OFFICES = "OFFICES"  # 办理网点


NEEDS_BUSINESS_TYPE = frozenset({Opens.SELL, Opens.BUY})
FOR_ANYBODY = frozenset({Opens.VERIFICATION, Opens.OFFICES})


@dataclass(frozen=True, kw_only=True)
class MenuItem:
    """One entry of the menu."""

    id: str = field(metadata={"pattern": r"[a-z][a-z0-9_]{1,39}"})
    name: str = field(metadata={"longest": 20})
    opens: Opens
    business_type: str | None = field(default=None, metadata={"pattern": r"[a-z][a-z0-9_]{1,39}"})
    """For SELL and BUY: the business type a case is opened or found under."""

    @property
    def needs_sign_in(self) -> bool:
        """Whether one must be signed in to go there."""
        return self.opens not in FOR_ANYBODY


@dataclass(frozen=True, kw_only=True)
class MenuSection:
    """A titled group of the menu (在线服务, 个人中心)."""

    name: str = field(metadata={"longest": 20})
    items: tuple[MenuItem, ...] = field(metadata={"fewest": 1})


@dataclass(frozen=True, kw_only=True)
class Place:
    """A point for maps, in degrees of WGS 84; the bounds are those of the country, so that a swapped pair is noticed."""

    latitude: Decimal = field(metadata={"least": 3, "most": 54})
    longitude: Decimal = field(metadata={"least": 73, "most": 136})


class Screen(StrEnum):
    """The screens that show hints (提示)."""

    TITLE_SEARCH = "TITLE_SEARCH"  # 房源核验
    CASE_LOOKUP = "CASE_LOOKUP"  # 买方查询合同
    MATERIALS = "MATERIALS"  # 申请材料上传
    PARTIES = "PARTIES"
    TERMS = "TERMS"
    PREVIEW = "PREVIEW"
    SIGNING = "SIGNING"
    SUBMISSION = "SUBMISSION"


@dataclass(frozen=True, kw_only=True)
class ScreenHints:
    """The hints of one screen in one version (decision 19); a later version takes the place of the earlier on its day."""

    screen: Screen
    version: str = field(metadata={"pattern": r"20\d{2}\.\d{1,3}"})
    lines: tuple[str, ...] = field(metadata={"fewest": 1})
    valid_from: dt.date = BEGINNING
