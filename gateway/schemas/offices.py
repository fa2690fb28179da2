"""Replies about business types and the title search."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from gateway.schemas.base import Say, text
from gateway.schemas.owner_names import read_owner
from services.common.messages import office
from services.common.messages import property as property_
from services.common.values import CertificateNo


@dataclass(frozen=True, kw_only=True)
class NoticeReply:
    """A text to be read and ticked; a consent names its id, version and hash."""

    text_id: str
    version: str
    sha256: str
    title: str
    body: str
    valid_from: dt.date | None


@dataclass(frozen=True, kw_only=True)
class MaterialReply:
    """One row of the material list: whoever has one of `roles` brings any one of `any_of` where `when` holds."""

    material_id: str
    name: str
    roles: tuple[str, ...]
    any_of: tuple[str, ...]
    when: str
    required: bool
    valid_from: dt.date


@dataclass(frozen=True, kw_only=True)
class ScreenHintsReply:
    """The hints of one screen in the version in force."""

    screen: str
    version: str
    lines: tuple[str, ...]
    valid_from: dt.date


@dataclass(frozen=True, kw_only=True)
class BusinessTypeReply:
    """A business type: the names of its steps, its texts, its hints; `hints` are those of the title search."""

    business_type: str
    name: str
    steps: tuple[str, ...]
    notices: tuple[NoticeReply, ...]
    hints: tuple[str, ...]
    materials: tuple[MaterialReply, ...]
    screens: tuple[ScreenHintsReply, ...]

    @classmethod
    def of(cls, found: office.BusinessType) -> Self:
        """Build from the message."""
        notices = tuple(
            NoticeReply(
                text_id=one.text_id,
                version=one.version,
                sha256=one.sha256,
                title=one.title,
                body=one.body,
                valid_from=one.valid_from,
            )
            for one in found.notices
        )
        return cls(
            business_type=found.business_type,
            name=found.name,
            steps=found.steps,
            notices=notices,
            hints=found.hints,
            materials=tuple(_material(one) for one in found.materials),
            screens=tuple(_hints(one) for one in found.screens),
        )


def _hints(one: office.ScreenHints) -> ScreenHintsReply:
    return ScreenHintsReply(screen=one.screen, version=one.version, lines=one.lines, valid_from=one.valid_from)


def _material(one: office.Material) -> MaterialReply:
    return MaterialReply(
        material_id=one.material_id,
        name=one.name,
        roles=one.roles,
        any_of=one.any_of,
        when=one.when,
        required=one.required,
        valid_from=one.valid_from,
    )


@dataclass(frozen=True, kw_only=True)
class TitleSearchBody:
    """Search a title: certificate, name and number of one owner must all agree.

    `owner_id_number` is a person's ID number, or an enterprise's 统一社会信用代码 (hint 5).
    """

    certificate_no: CertificateNo
    owner_name: str = text(100, 2)
    owner_id_number: str = text(40, 15)
    city: str = text(20, 2, pattern=r"[a-z]+")

    def message(self, source: str) -> property_.SearchTitles:
        """Return the query. Raises InvalidValue `message.invalid` naming the wrong fields."""
        owner = read_owner(self.owner_name, self.owner_id_number, ("owner_name", "owner_id_number"))
        return property_.SearchTitles(
            city=self.city,
            certificate_no=self.certificate_no,
            owner_name=owner.person,
            owner_id_number=owner.id_number,
            enterprise_name=owner.company,
            enterprise_uscc=owner.uscc,
            source=source,
        )


@dataclass(frozen=True, kw_only=True)
class TitleReply:
    """A title found; other owners' names are masked.

    `barred_by` says why the house cannot be sold, `warnings` what both sides must acknowledge, `papers_needed` what must
    be brought: in codes, and in words with the way on.
    """

    title_id: str
    certificate_no: CertificateNo
    location: str
    building_area: Decimal
    use: str
    owners_masked: tuple[str, ...]
    saleable: bool
    barred_by: tuple[str, ...]
    barred_details: tuple[str, ...]
    warnings: tuple[str, ...]
    warning_details: tuple[str, ...]
    papers_needed: tuple[str, ...]
    paper_details: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class TitlesReply:
    """What the search found."""

    titles: tuple[TitleReply, ...]

    @classmethod
    def of(cls, found: property_.TitlesFound, say: Say) -> Self:
        """Build from the message."""
        return cls(titles=tuple(_title(one, say) for one in found.titles))


def _title(one: property_.TitleSummary, say: Say) -> TitleReply:
    return TitleReply(
        title_id=one.title_id,
        certificate_no=one.certificate_no,
        location=one.location,
        building_area=one.building_area,
        use=one.use,
        owners_masked=one.owners_masked,
        saleable=one.saleable,
        barred_by=one.barred_by,
        barred_details=tuple(say(f"property.{code.lower()}") for code in one.barred_by),
        warnings=one.warnings,
        warning_details=tuple(say(f"property.{code.lower()}") for code in one.warnings),
        papers_needed=one.papers_needed,
        paper_details=tuple(say(f"property.paper_{code.lower()}") for code in one.papers_needed),
    )
