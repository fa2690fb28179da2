"""Who may see a case, and whose personal details unmasked (decision 16). To all others it does not exist."""

from __future__ import annotations

from dataclasses import dataclass, replace

from services.common.kit.calls import Actor, ActorKind
from services.common.kit.errors import NotAuthenticated
from services.common.messages.contract import BankAccount, Holding, Side, Terms
from services.common.profiles import Profiles
from services.common.values import PersonId
from services.contract.domain.attaching import WITH_OFFICE
from services.contract.domain.case import Case
from services.contract.domain.errors import CaseNotFound
from services.contract.domain.parties import Party

REVIEWER = "REVIEWER"
KEPT_DIGITS = 4
"""Of an account number, shown to the other side."""


@dataclass(frozen=True)
class Viewer:
    """Somebody who may see the case: a party, a reviewer of the city, or a service."""

    party: Party | None = None
    reviewer: bool = False
    desk: bool = False
    """The review service itself: it sees which files there are, to tell what changed, and nobody's details."""

    @property
    def person_id(self) -> PersonId | None:
        """The party's person."""
        return self.party.person_id if self.party else None

    def sees(self, case: Case, side: Side) -> bool:
        """Whether a side's details are shown unmasked: one's own, everybody's while there is a generated text, all to the reviewer.

        A reopened case has none: whoever is entered anew has not joined the others yet.
        """
        if self.reviewer:
            return True
        generated = case.drawing.generated_at is not None
        return self.party is not None and (self.party.side is side or generated)

    def sees_files(self, case: Case, side: Side) -> bool:
        """Whether uploaded files are shown: a party's own side's, the reviewer's from the submission on.

        The other side's identity and marriage papers concern the authority alone; whether they are there shows in the list.
        """
        if self.reviewer or self.desk:
            return case.state in WITH_OFFICE
        return self.party is not None and self.party.side is side

    def shown_terms(self, case: Case, terms: Terms | None) -> Terms | None:
        """Return the terms with the seller's account masked unless this viewer sees the sellers' details."""
        if terms is None or terms.seller_account is None or self.sees(case, Side.SELLER):
            return terms
        return replace(terms, seller_account=_masked(terms.seller_account))

    def shown_holding(self, case: Case) -> Holding | None:
        """Return how the buyers will hold the title, their account masked unless this viewer sees their details."""
        holding = case.holding
        if holding is None or holding.account is None or self.sees(case, Side.BUYER):
            return holding
        return replace(holding, account=_masked(holding.account))


def _masked(account: BankAccount) -> BankAccount:
    hidden = "*" * (len(account.number) - KEPT_DIGITS)
    return replace(account, holder=f"{account.holder[:1]}*", number=hidden + account.number[-KEPT_DIGITS:])


def viewer_of(case: Case, actor: Actor, profiles: Profiles) -> Viewer:
    """Return who looks. Raises CaseNotFound for everybody else, NotAuthenticated without sign-in."""
    if actor.kind is ActorKind.ANONYMOUS:
        raise NotAuthenticated("actor.sign_in_required")
    if actor.kind is ActorKind.PERSON:
        party = case.party(actor.person_id)
        if party is not None:
            return Viewer(party=party)
    offices = {one.id for one in profiles.get(case.no.city).offices}
    if actor.kind is ActorKind.STAFF and REVIEWER in actor.roles and actor.office in offices:
        return Viewer(reviewer=True)
    if actor.kind is ActorKind.SERVICE:
        return Viewer(desk=actor.id == "review")
    raise CaseNotFound
