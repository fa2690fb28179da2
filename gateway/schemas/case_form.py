"""The form of a case: sections and fields with labels, limits, options and values, as the rules that validate give them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from gateway.schemas.base import Say
from services.common.messages import contract, contract_form
from services.common.values import CaseNo


@dataclass(frozen=True, kw_only=True)
class LabelReply:
    """A label in both languages."""

    zh: str
    en: str

    @classmethod
    def of(cls, words: contract_form.Words) -> Self:
        """Build from the message."""
        return cls(zh=words.zh, en=words.en)


@dataclass(frozen=True, kw_only=True)
class FormOptionReply:
    """One of the values a field may have."""

    value: str
    label: LabelReply


@dataclass(frozen=True, kw_only=True)
class FormConditionReply:
    """The field is asked for while the field at `path` has one of `values`."""

    path: str
    values: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class FormValueReply:
    """What stands at a path now."""

    path: str
    value: str


@dataclass(frozen=True, kw_only=True)
class FormFieldReply:
    """One field. Limits are in the form of the value and empty where there is none; `decimals` -1: no number."""

    number: int
    path: str
    label: LabelReply
    kind: str
    required: bool
    read_only: bool
    least: str
    most: str
    decimals: int
    longest: int
    fewest_items: int
    most_items: int
    pattern: str
    warn_above: str
    unit: str
    options: tuple[FormOptionReply, ...]
    when: FormConditionReply | None
    values: tuple[FormValueReply, ...]

    @classmethod
    def of(cls, field: contract_form.FormField) -> Self:
        """Build from the message."""
        return cls(
            number=field.number,
            path=field.path,
            label=LabelReply.of(field.label),
            kind=field.kind,
            required=field.required,
            read_only=field.read_only,
            least=field.least,
            most=field.most,
            decimals=field.decimals,
            longest=field.longest,
            fewest_items=field.fewest_items,
            most_items=field.most_items,
            pattern=field.pattern,
            warn_above=field.warn_above,
            unit=field.unit,
            options=tuple(FormOptionReply(value=one.value, label=LabelReply.of(one.label)) for one in field.options),
            when=FormConditionReply(path=field.when.path, values=field.when.values) if field.when else None,
            values=tuple(FormValueReply(path=one.path, value=one.value) for one in field.values),
        )


@dataclass(frozen=True, kw_only=True)
class FormSectionReply:
    """房屋基本信息, 买卖及交付, 争议解决, with the parties before and the closing data after them."""

    id: str
    label: LabelReply
    fields: tuple[FormFieldReply, ...]


@dataclass(frozen=True, kw_only=True)
class FormFaultReply:
    """What is wrong, or unusual, with a value shown: a code and its words with the remedy."""

    path: str
    code: str
    detail: str


@dataclass(frozen=True, kw_only=True)
class FormReply:
    """The form for the caller. `unsaved` parts show what was typed, refused and kept, with its `faults`."""

    case_no: CaseNo
    state: str
    revision: int
    sections: tuple[FormSectionReply, ...]
    faults: tuple[FormFaultReply, ...]
    cautions: tuple[FormFaultReply, ...]
    unsaved: tuple[str, ...]

    @classmethod
    def of(cls, form: contract.CaseForm, say: Say) -> Self:
        """Build from the message."""

        def faults(found: tuple[contract_form.FormFault, ...]) -> tuple[FormFaultReply, ...]:
            return tuple(FormFaultReply(path=one.path, code=one.code, detail=say(one.code)) for one in found)

        return cls(
            case_no=form.case_no,
            state=form.state,
            revision=form.revision,
            sections=tuple(
                FormSectionReply(
                    id=one.id,
                    label=LabelReply.of(one.label),
                    fields=tuple(FormFieldReply.of(field) for field in one.fields),
                )
                for one in form.sections
            ),
            faults=faults(form.faults),
            cautions=faults(form.cautions),
            unsaved=form.unsaved,
        )
