"""Puts the table of fields into the form one viewer sees: sections, limits as texts, values, what may be changed now.

Decides nothing about a value: limits come from the fields that check it, so form and refusal cannot differ.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from services.common.messages.contract import Holding, PartyInput, Terms
from services.common.messages.contract_form import FormCondition, FormField, FormOption, FormSection, FormValue, Words
from services.common.messages.property import Title
from services.contract.domain.form.choices import CHOICES
from services.contract.domain.form.fields import Field, Kind, Limit, Section, is_empty, shown_text, values_at
from services.contract.domain.form.house_fields import SHOWN, shown_value
from services.contract.domain.parties import Party

SECTIONS: dict[Section, tuple[str, str]] = {
    Section.PARTIES: ("当事人", "Parties"),
    Section.HOUSE: ("房屋基本信息", "The house"),
    Section.SALE: ("买卖及交付", "Sale and handing over"),
    Section.DISPUTE: ("争议解决", "Disputes and further terms"),
    Section.CLOSING: ("附件与文本", "Attachments and copies"),
}


@dataclass(frozen=True, kw_only=True)
class Filled:
    """What stands in the form, and which parts the viewer may change now (`terms`, `parties`, `holding`)."""

    number: str
    title: Title
    people: tuple[Party | PartyInput, ...]
    holding: Holding | None
    terms: Terms | None
    editable: frozenset[str]


def sections_of(fields: tuple[Field, ...], filled: Filled) -> tuple[FormSection, ...]:
    """Return the sections in the order of the screen, fields in the order of their numbers."""
    ordered = sorted((*SHOWN, *fields), key=lambda one: one.number)
    return tuple(
        FormSection(
            id=section.value,
            label=Words(zh=zh, en=en),
            fields=tuple(_shown(one, filled) for one in ordered if one.section is section),
        )
        for section, (zh, en) in SECTIONS.items()
    )


def _shown(field: Field, filled: Filled) -> FormField:
    return FormField(
        number=field.number,
        path=field.path,
        label=Words(zh=field.zh, en=field.en),
        kind=field.kind.value,
        required=field.required,
        read_only=field.shown or _root(field) not in filled.editable,
        least=_limit(field.least),
        most=_limit(field.most),
        decimals=field.decimals,
        longest=field.longest,
        fewest_items=field.fewest,
        most_items=field.most_items,
        pattern=field.pattern,
        warn_above=_limit(field.warn_above),
        unit=field.unit,
        options=tuple(_option(field, value) for value in field.options),
        when=FormCondition(path=field.when.path, values=field.when.values) if field.when else None,
        values=tuple(FormValue(path=path, value=value) for path, value in _values(field, filled)),
    )


def _option(field: Field, value: str) -> FormOption:
    zh, en = CHOICES[field.path][value] if field.path in CHOICES else _YES[value]
    return FormOption(value=value, label=Words(zh=zh, en=en))


_YES = {"true": ("是", "Yes"), "false": ("否", "No")}


def _root(field: Field) -> str:
    return field.path.partition(".")[0].removesuffix("[]")


def _limit(limit: Limit | None) -> str:
    return shown_text(limit)


def _values(field: Field, filled: Filled) -> Iterator[tuple[str, str]]:
    root = _root(field)
    if root in {"case", "house", "computed"} and field.shown:
        if text := shown_value(field, filled.number, filled.title, filled.terms):
            yield field.path, text
        return
    if field.kind in {Kind.LIST, Kind.GROUP}:
        return
    name = field.path.partition(".")[2]
    if root == "parties":
        for index, one in enumerate(filled.people):
            if text := _of_person(one, name, main=index == 0):
                yield f"parties[{index}].{name}", text
        return
    record = filled.terms if root == "terms" else filled.holding
    for path, value in values_at(record, name) if record is not None else ():
        if not is_empty(value):
            yield f"{root}.{path}", shown_text(value)


def _of_person(person: Party | PartyInput, name: str, *, main: bool) -> str:
    """Return a value of a party; what follows from the number or the place is not kept with what was typed."""
    if name in {"id_type", "role"}:
        return "RESIDENT_ID" if name == "id_type" else "MAIN" if main else "CO_OWNER"
    if name == "born":
        return shown_text(person.id_number.born)
    return shown_text(getattr(person, name, None))
