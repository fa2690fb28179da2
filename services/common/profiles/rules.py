"""Rules between the values of a profile: references that lead somewhere, steps complete, seal named.

Decides what makes a well-formed profile unusable; single values are bounded in `schema`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from services.common.profiles.dated import BEGINNING
from services.common.profiles.publishing_rules import check_publishing
from services.common.profiles.restrictions import LAWFUL, Policy
from services.common.profiles.schema import BusinessType, CityProfile, NoticePurpose, StepId

Note: TypeAlias = Callable[[str, str, str], None]

PARTY_FIELDS = ("name", "id_number", "id_valid_until", "mobile", "address", "postcode", "marital", "share")
TERMS_FIELDS = (
    "total_price",
    "deposit",
    "payment_method",
    "instalments",
    "transfer_apply_by",
    "delivery_date",
    "delivery_condition",
    "late_penalty_per_10k",
    "dispute_mode",
    "extra_terms",
    "mortgage_release_by",
    "seller_account",
    "taxes",
    "meters",
    "fees_cleared",
    "revoke_terms",
)


def check(profile: CityProfile, note: Note) -> None:
    """Note every rule the profile breaks."""
    types = {one.id for one in profile.business_types}
    notices = {one.id for one in profile.notices}
    _unique((one.id for one in profile.business_types), "business_types", note)
    _check_versions(profile, note)
    _unique((one.id for one in profile.offices), "offices", note)
    if profile.sale not in types:
        note("sale", f"`{profile.sale}` is no business type", f"Use one of: {', '.join(sorted(types))}.")
    for index, office in enumerate(profile.offices):
        for missing in _missing(office.business_types, types):
            note(
                f"offices[{index}].business_types",
                f"`{missing}` is no business type",
                f"Use: {', '.join(sorted(types))}.",
            )
    for index, region in enumerate(profile.registry.regions):
        if not (region.isdigit() and len(region) in {4, 6}):
            note(f"registry.regions[{index}]", f"`{region}` is no region code", "Write four or six digits (GB/T 2260).")
    _check_restrictions(profile, note)
    if profile.sale in types:
        _check_acknowledgements(profile, note)
    check_publishing(profile, note)
    for index, one in enumerate(profile.business_types):
        path = f"business_types[{index}]"
        for missing in _missing(one.notices, notices):
            note(f"{path}.notices", f"`{missing}` is no notice", f"Use: {', '.join(sorted(notices))}.")
        _check_type(one, path, note)
        purposes = {notice.purpose for notice in profile.notices if notice.id in one.notices}
        if notices.issuperset(one.notices) and NoticePurpose.NOTICE not in purposes:
            note(f"{path}.notices", "no notice to be ticked", "List one of purpose NOTICE.")


def _check_restrictions(profile: CityProfile, note: Note) -> None:
    for restriction, lawful in LAWFUL.items():
        if (policy := profile.restrictions.policy(restriction)) not in lawful:
            note(
                f"restrictions.{restriction}",
                f"`{policy}` is not what the law leaves to a city",
                f"Use: {', '.join(lawful)}.",
            )


def _check_acknowledgements(profile: CityProfile, note: Note) -> None:
    """Every note that is acknowledged has its text, shown for the sale; no other text claims to be one."""
    for index, notice in enumerate(profile.notices):
        if (notice.acknowledges is not None) is not (notice.purpose is NoticePurpose.ACKNOWLEDGEMENT):
            note(
                f"notices[{index}].purpose",
                "`acknowledges` does not fit",
                "Give it with ACKNOWLEDGEMENT, and only there.",
            )
    shown = {one.acknowledges for one in profile.notices if one.id in profile.case_type.notices}
    for restriction in LAWFUL:
        if profile.restrictions.policy(restriction) is Policy.WARN_AND_ACKNOWLEDGE and restriction not in shown:
            note(
                f"restrictions.{restriction}",
                "has no text to be acknowledged",
                f"List a notice with `acknowledges: {restriction}` among those of `{profile.sale}`.",
            )


def _check_versions(profile: CityProfile, note: Note) -> None:
    """Every text holds without a gap: its first version from the beginning on, each later one from a day of its own."""
    _unique((f"{one.id} {one.version}" for one in profile.notices), "notices", note)
    _unique((f"{one.id} from {one.valid_from}" for one in profile.notices), "notices", note)
    first = {one.id for one in profile.notices if one.valid_from == BEGINNING}
    for index, notice in enumerate(profile.notices):
        if any(other.id == notice.id and other.purpose is not notice.purpose for other in profile.notices[:index]):
            note(f"notices[{index}].purpose", "differs from the earlier version's", "Give another purpose another id.")
        if notice.id not in first:
            note(
                f"notices[{index}].valid_from",
                "the first version begins late",
                "Leave `valid_from` out in one version.",
            )
    for place, kind in enumerate(profile.business_types):
        path = f"business_types[{place}]"
        _unique((f"{one.id} from {one.valid_from}" for one in kind.materials), f"{path}.materials", note)
        for index, material in enumerate(kind.materials):
            if material.valid_until < material.valid_from:
                note(f"{path}.materials[{index}].valid_until", "ends before it begins", "Give a later day.")


def _check_type(one: BusinessType, path: str, note: Note) -> None:
    if tuple(step.id for step in one.steps) != tuple(StepId):
        note(f"{path}.steps", "steps are not complete or not in order", f"List exactly: {', '.join(StepId)}.")
    if one.signing.sealed and not one.signing.seal_office:
        note(f"{path}.signing", "a seal without a name", "Add `seal_office: ...`, or write `sealed: false`.")
    if twice := set(one.confirmation.by) & set(one.confirmation.start_counts_for):
        both = ", ".join(sorted(twice))
        note(f"{path}.confirmation", f"{both} both confirms and is excused", "Keep each role in one of the two lists.")
    for name, given, known in (
        ("party", one.required.party, PARTY_FIELDS),
        ("terms", one.required.terms, TERMS_FIELDS),
    ):
        for unknown in _missing(given, set(known)):
            note(f"{path}.required.{name}", f"`{unknown}` is no field", f"Use: {', '.join(known)}.")


def _missing(given: Iterable[str], known: set[str]) -> Iterator[str]:
    return (one for one in given if one not in known)


def _unique(ids: Iterable[str], path: str, note: Note) -> None:
    seen: set[str] = set()
    for index, one in enumerate(ids):
        if one in seen:
            note(f"{path}[{index}].id", f"`{one}` is given twice", "Give each its own id.")
        seen.add(one)
