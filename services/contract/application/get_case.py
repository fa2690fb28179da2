"""The case as one person sees it."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.contract import (
    AcknowledgementView,
    CancellationView,
    CaseView,
    Caution,
    ConsentView,
    DocumentView,
    GetCase,
    PaperView,
    PartyView,
    Side,
    WarningView,
)
from services.common.profiles import CityProfile, Profiles
from services.common.values import CompanyName
from services.contract.application.list_materials import progress
from services.contract.application.ports import CaseReader
from services.contract.application.viewers import Viewer, viewer_of
from services.contract.domain.acknowledgements import concerned
from services.contract.domain.case import Case
from services.contract.domain.checklist import rows_of
from services.contract.domain.core import Cancellation
from services.contract.domain.duties import duty_of
from services.contract.domain.lifecycle import ENDED, FILED, State
from services.contract.domain.offers import missing, offered, steps
from services.contract.domain.papers import missing_papers
from services.contract.domain.parties import Party
from services.contract.domain.shared_mobiles import sharing

_WITH_NUMBER = FILED | {State.CANCELLED}


@dataclass(frozen=True)
class CaseShowing:
    """Shows a case to its parties, to reviewers of its city, and masked to services."""

    reader: CaseReader
    profiles: Profiles

    def __call__(self, message: GetCase, call: Call) -> CaseView:
        """Return the view. Raises CaseNotFound: for others the case does not exist."""
        case = self.reader.get(message.case_no)
        viewer = viewer_of(case, call.actor, self.profiles)
        allowed, barred = offered(case, viewer.party) if viewer.party else ((), ())
        house = case.title.house
        return CaseView(
            case_no=case.no,
            state=case.state.value,
            revision=case.revision,
            version=case.version,
            title_id=case.title.title_id,
            location=house.location,
            certificate_no=str(house.certificate_no),
            building_area=house.building_area,
            parties=tuple(_party(case, one, viewer) for one in case.parties),
            terms=viewer.shown_terms(case, case.terms),
            holding=viewer.shown_holding(case),
            steps=steps(case),
            allowed_acts=allowed,
            barred_acts=barred,
            missing=missing(case, viewer.party) if viewer.party else (),
            history=case.history,
            filing_no=case.submission.filing_no if case.state in _WITH_NUMBER else "",
            return_items=case.submission.return_items if case.state is State.RETURNED else (),
            documents=_documents(case),
            checklist=rows_of(case, viewer.party) if viewer.party else (),
            duty=duty_of(case, viewer.party),
            warnings=_warnings(case, viewer, self.profiles.get(case.no.city)),
            papers=_papers(case),
            materials=progress(case),
            cautions=_cautions(case),
            rescission=tuple(ConsentView(side=one.side, person_id=one.person_id, at=one.at) for one in case.consents),
            end_reason=case.end_reason if viewer.party or viewer.reviewer else "",
            cancellation=_cancellation(case.cancellation),
        )


def _cautions(case: Case) -> tuple[Caution, ...]:
    """Return what is allowed but unusual; whether a mobile is shared is seen in no masked number."""
    people = sharing(case.parties)
    return (Caution(code="contract.mobile_shared", person_ids=people),) if people and case.state not in ENDED else ()


def _party(case: Case, party: Party, viewer: Viewer) -> PartyView:
    plain = viewer.sees(case, party.side)
    return PartyView(
        person_id=party.person_id,
        side=party.side,
        is_main=party.is_main,
        name=str(party.name) if plain else party.name.masked,
        id_number=str(party.id_number) if plain else party.id_number.masked,
        mobile=str(party.mobile) if plain else party.mobile.masked,
        address=party.address if plain or not party.address else f"{party.address[:3]}***",
        marital=party.marital.value if party.marital and plain else "",
        share=str(party.share) if party.share is not None else "",
        must_confirm=case.must_confirm(party),
        confirmed_at=case.confirmed_at(party.person_id),
        is_viewer=party.person_id == viewer.person_id,
        id_valid_until=party.id_valid_until if plain else None,
        id_valid_long=party.id_valid_long and plain,
        postcode=party.postcode if plain else "",
        born=party.id_number.born if plain else None,
        sex=party.sex if plain else "",
        nationality=party.nationality,
        company=_shown(party.company, plain=plain),
        uscc=str(party.uscc) if party.uscc else "",
    )


def _shown(company: CompanyName | None, *, plain: bool) -> str:
    if company is None:
        return ""
    return str(company) if plain else company.masked


def _warnings(case: Case, viewer: Viewer, profile: CityProfile) -> tuple[WarningView, ...]:
    """Every note that is to be acknowledged, the text about it, by whom it is, and whether the viewer still has to."""
    mine = case.to_acknowledge(viewer.party) if viewer.party else ()
    return tuple(
        WarningView(
            reason=reason,
            text_id=notice.id if (notice := profile.acknowledgement_of(reason)) else "",
            text_version=notice.version if notice else "",
            sides=tuple(side for side in Side if side in concerned(reason)),
            acknowledged=tuple(
                AcknowledgementView(
                    person_id=one.person_id, text_id=one.text_id, text_version=one.text_version, at=one.at
                )
                for one in case.acknowledged
                if one.reason == reason
            ),
            mine_to_acknowledge=reason in mine,
        )
        for reason in case.title.warnings
    )


def _cancellation(told: Cancellation) -> CancellationView | None:
    if not (told.consents or told.refusal_rule or told.cancelled_at):
        return None
    return CancellationView(
        ground=told.ground,
        judgment=told.judgment,
        agreed=told.agreed,
        refusal_rule=told.refusal_rule,
        refusal_reason=told.refusal_reason,
        refusal_remedies=told.refusal_remedies,
        cancelled_at=told.cancelled_at,
    )


def _documents(case: Case) -> tuple[DocumentView, ...]:
    drawing = case.drawing
    if not drawing.documents:
        kinds = case.rules.signing.documents if case.terms is not None and case.state not in ENDED else ()
        return tuple(DocumentView(kind=kind, status="PREVIEW", sha256="", pages=0, signatures=0) for kind in kinds)
    filed = case.state in _WITH_NUMBER
    status = (
        "CANCELLED"
        if case.state is State.CANCELLED
        else "FILED"
        if filed
        else "SIGNED"
        if drawing.signed_at
        else "SIGNING"
    )
    return tuple(
        DocumentView(
            kind=one.kind,
            status=status,
            sha256=case.submission.sealed_sha256 if filed else one.sha256,
            pages=one.pages,
            signatures=len(drawing.signed_by),
        )
        for one in drawing.documents
    )


def _papers(case: Case) -> tuple[PaperView, ...]:
    needed = case.title.papers_needed
    missing = missing_papers(needed, case.brought)
    return tuple(PaperView(paper=one, provided=one not in missing) for one in needed)
