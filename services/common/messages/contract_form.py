"""The form of a case as its caller fills it in: fields, limits, values, what is still wrong. Part of `contract`'s messages."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.messages.shapes import query
from services.common.values import CaseNo


@dataclass(frozen=True, kw_only=True)
class Words:
    """One label in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, kw_only=True)
class FormOption:
    """One of the values a field may have."""

    value: str
    label: Words


@dataclass(frozen=True, kw_only=True)
class FormCondition:
    """The field is asked for only while that other field has one of these values."""

    path: str
    values: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class FormValue:
    """What stands at a path now; `terms.instalments[0].amount` for a member of a list."""

    path: str
    value: str


@dataclass(frozen=True, kw_only=True)
class FormField:
    """One field. Limits are texts in the form of the value, empty where there is none; `[]` in a path stands for each member."""

    number: int  # 编号 of the field list
    path: str
    label: Words
    kind: str  # TEXT, LINES, MONEY, DECIMAL, INTEGER, DATE, BOOLEAN, CHOICE, SHARE, LIST, GROUP
    required: bool
    read_only: bool
    least: str
    most: str
    decimals: int  # -1: no number
    longest: int  # characters; 0: no text
    fewest_items: int
    most_items: int  # 0: no list
    pattern: str
    warn_above: str
    unit: str
    options: tuple[FormOption, ...]
    when: FormCondition | None
    values: tuple[FormValue, ...]


@dataclass(frozen=True, kw_only=True)
class FormSection:
    """房屋基本信息, 买卖及交付, 争议解决, with the parties before and the closing data after them."""

    id: str  # PARTIES, HOUSE, SALE, DISPUTE, CLOSING
    label: Words
    fields: tuple[FormField, ...]


@dataclass(frozen=True, kw_only=True)
class FormFault:
    """What is wrong at a path with the values shown."""

    path: str
    code: str


@dataclass(frozen=True, kw_only=True)
class CaseForm:
    """The form for one viewer. `unsaved`: the values shown were typed, refused and kept."""

    case_no: CaseNo
    state: str
    revision: int
    sections: tuple[FormSection, ...]
    faults: tuple[FormFault, ...]
    cautions: tuple[FormFault, ...]
    unsaved: tuple[str, ...]  # terms, sellers, buyers


@query("contract", "get_form", reply=CaseForm)
@dataclass(frozen=True, kw_only=True)
class GetForm:
    """Produced from the rules that validate (decision 14)."""

    case_no: CaseNo
