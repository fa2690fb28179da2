"""What the use cases need from outside; `adapters` implement it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from services.common.kit.calls import Call
from services.common.profiles.restrictions import Restrictions
from services.common.values import CaseNo, CertificateNo, CompanyName, IdNumber, PersonName, Uscc
from services.property.domain.filing import Filing
from services.property.domain.generated.houses import CityStyle
from services.property.domain.hold import HouseHold
from services.property.domain.standing import Standing
from services.property.domain.title import Encumbrance, RegisteredTitle

Clock = Callable[[], dt.datetime]


@dataclass(frozen=True)
class Held:
    """A title and the cases that hold its house: live cases and live filings."""

    title: RegisteredTitle
    holders: tuple[CaseNo, ...]


@dataclass(frozen=True)
class NamedOwner:
    """One owner as typed into a search: a person with his ID number, or an enterprise with its 统一社会信用代码."""

    name: PersonName | CompanyName
    number: IdNumber | Uscc


class Cities(Protocol):
    """What the city profiles decide for the register. Each raises NotFound `city.unknown`."""

    def failures_per_hour(self, city: str) -> int:
        """How many title searches may fail."""

    def registry_phone(self, city: str) -> str:
        """Whom to ask about a title that is not found (hint 6)."""

    def restrictions(self, city: str) -> Restrictions:
        """What it makes of each note against a sale."""

    def style(self, city: str) -> CityStyle:
        """How its certificates look."""


class Register(Protocol):
    """The register of titles, ours or a city's own. Never asked within a transaction of ours."""

    def search(self, city: str, certificate_no: CertificateNo, owner: NamedOwner) -> Sequence[Held]:
        """Return the titles on which all three agree with one owner. Raises Unavailable where nobody can say."""

    def find(self, title_id: str) -> Held | None:
        """Return the title, None where there is none. Raises Unavailable where nobody can say."""

    def receipt(self, filing: Filing) -> str | None:
        """Hand a filing to the register and return its receipt number; None where it is ours, which numbers itself.

        The same filing again returns the first number. Raises HouseBarred, HouseAlreadyFiled, FilingDiffers, Unavailable.
        """

    def cancel(self, filing: Filing) -> str | None:
        """Tell the register that a filing is cancelled; return its receipt number, None where it is ours.

        The same again returns the first number. Raises HouseTransferred, FilingDiffers, Unavailable.
        """


class GeneratedTitles(Protocol):
    """What was made up into the embedded register."""

    def list_generated(self, city: str, owners: int, after: int, limit: int) -> Sequence[RegisteredTitle]:
        """Return generated titles that nobody holds, with that many owners, in a fixed order, leaving out the first `after`."""


class PartyScreening(Protocol):
    """Who knows of 失信被执行人 and 购房资格."""

    def standing(self, city: str, party: NamedOwner) -> Standing:
        """Return what is known of the party. Raises Unavailable where nobody can say."""


class RestrictionSource(Protocol):
    """Who knows what is noted on a certificate, beside the register itself."""

    def noted(self, city: str, certificate_no: CertificateNo) -> frozenset[Encumbrance]:
        """Return what is noted. Raises Unavailable where nobody can say."""


class Standings(Protocol):
    """The embedded table of standings within a unit of work."""

    def note(self, city: str, number: IdNumber, standing: Standing) -> None:
        """Keep it in place of an earlier one."""


class Titles(Protocol):
    """Titles of the embedded register within a unit of work."""

    def get(self, title_id: str) -> RegisteredTitle:
        """Return the title, locked. Raises TitleNotFound."""

    def add_missing(self, titles: Sequence[RegisteredTitle]) -> int:
        """Add those whose id and certificate are new; return how many."""

    def note(self, title_id: str, note: Encumbrance, *, present: bool) -> None:
        """Write the note on the title, or take it away."""

    def count(self) -> int:
        """How many titles the register holds."""


class Filings(Protocol):
    """Filings within a unit of work."""

    def find_by_case(self, case_no: CaseNo) -> Filing | None:
        """Return the case's filing, or None."""

    def lock(self, title_id: str) -> None:
        """Let nobody else file on this house until the unit of work ends."""

    def settle(self, case_no: CaseNo, receipt_no: str) -> None:
        """Note the receipt of the case's filing."""

    def end(self, case_no: CaseNo, receipt_no: str) -> None:
        """Note that the case's filing is live no more, under this receipt."""

    def add(self, filing: Filing) -> None:
        """Keep it. Raises HouseAlreadyFiled when another live filing is on the house."""

    def next_receipt(self, day: dt.date) -> int:
        """Return the next number of the day, from 1; given back if the unit of work is."""


class Holds(Protocol):
    """Holds within a unit of work."""

    def find(self, case_no: CaseNo) -> HouseHold | None:
        """Return the case's hold, or None."""

    def save(self, hold: HouseHold) -> None:
        """Keep it."""


class FailedSearches(Protocol):
    """Failed searches within a unit of work."""

    def lock(self, account: str, source: str) -> None:
        """Let nobody else count these two until the unit of work ends, so that parallel searches cannot pass the limit."""

    def since(
        self, after: dt.datetime, account: str, source: str
    ) -> tuple[Sequence[dt.datetime], Sequence[dt.datetime]]:
        """Return when searches failed later than `after`: of the account, and of the source. Forgets older ones."""

    def record(self, at: dt.datetime, account: str, source: str) -> None:
        """Count one more."""


class PropertyWork(Protocol):
    """A unit of work of the register."""

    @property
    def titles(self) -> Titles:
        """Titles."""

    @property
    def filings(self) -> Filings:
        """Filings."""

    @property
    def holds(self) -> Holds:
        """Holds."""

    @property
    def standings(self) -> Standings:
        """Standings of parties."""

    @property
    def failures(self) -> FailedSearches:
        """Failed searches."""

    def emit(self, event: object, *, aggregate_id: str, case_no: CaseNo | None = None) -> None:
        """Tell a fact with the commit."""

    def commit(self, answer: object | None = None) -> None:
        """Make everything true at once."""


class Works(Protocol):
    """Opens units of work; each rolls back unless committed."""

    def __call__(self, call: Call, /) -> AbstractContextManager[PropertyWork]:
        """Open one for this call."""
