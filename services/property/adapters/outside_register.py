"""A city's own land registry (不动产登记系统) over signed HTTP, in place of the embedded register.

Four questions, each a signed POST with a JSON object (`outside`): `/v1/titles/search`, `/v1/titles/get`, `/v1/filings`,
`/v1/filings/cancel`. Each
answer repeats what it is about, so that an answer to another question is none. "Not found" is believed only where the
registry says so itself, with an empty list or a null.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.common.kit.errors import DomainError, Unavailable
from services.common.kit.outside import Partner
from services.common.values import CertificateNo, CompanyName, IdNumber, PersonName, Uscc
from services.property.adapters.register_answers import NoTitle, read_title
from services.property.adapters.repository import StoredRegister
from services.property.application.ports import Held, NamedOwner
from services.property.domain.errors import FilingDiffers, HouseAlreadyFiled, HouseBarred, HouseTransferred
from services.property.domain.filing import Filing
from services.property.domain.title import RegisteredTitle
from services.property.domain.verdict import Reason

CODE = "property.register_unavailable"
SEARCH_PATH, TITLE_PATH, FILING_PATH = "/v1/titles/search", "/v1/titles/get", "/v1/filings"
CANCEL_PATH = "/v1/filings/cancel"
BETWEEN = "."
"""Between city and the registry's own key in our key of a title; our own keys have none."""
MOST_HITS = 20
LONGEST_RECEIPT = 40


@dataclass(frozen=True)
class AskedRegister:
    """The registry of one city. Questions are repeated once; a filing is sent once, and again when review pushes again."""

    city: str
    desk: Partner
    person_key: bytes = field(repr=False)

    def search(self, certificate_no: CertificateNo, owner: NamedOwner) -> Sequence[RegisteredTitle]:
        """Return the titles on which all three agree with one owner. Raises Unavailable, also for titles that do not agree."""
        certificate = str(certificate_no)
        question = {
            "city": self.city,
            "certificate_no": certificate,
            "name": str(owner.name),
            "number": str(owner.number),
        }
        answer = self.desk.ask(SEARCH_PATH, question)
        told = answer.get("titles")
        if answer.get("certificate_no") != certificate or not isinstance(told, list) or len(told) > MOST_HITS:
            raise Unavailable(CODE)
        titles = [self._title(one) for one in told]
        if any(one.certificate_no != certificate_no or _named(one).isdisjoint({_pair(owner)}) for one in titles):
            raise Unavailable(CODE)
        return titles

    def find(self, title_id: str) -> RegisteredTitle | None:
        """Return the title, None where the registry says that there is none. Raises Unavailable."""
        asked = title_id.partition(BETWEEN)[2]
        answer = self.desk.ask(TITLE_PATH, {"city": self.city, "title_id": asked})
        if answer.get("title_id") != asked or "title" not in answer:
            raise Unavailable(CODE)
        title = None if answer["title"] is None else self._title(answer["title"])
        if title is not None and title.title_id != title_id:
            raise Unavailable(CODE)
        return title

    def receipt(self, filing: Filing) -> str:
        """Hand the filing over; return the receipt number, the first one again where it was lost on its way.

        Raises HouseBarred, HouseAlreadyFiled, FilingDiffers as the registry says; Unavailable for anything else: the filing
        may or may not have arrived, and is sent again under the same number.
        """
        question = {
            "city": self.city,
            "case_no": filing.case_no.number,
            "title_id": filing.title_id.partition(BETWEEN)[2],
            "filing_no": filing.filing_no,
            "document_sha256": filing.document_sha256,
            "filed_at": filing.filed_at.isoformat(),
        }
        return self._receipt_of(self.desk.ask(FILING_PATH, question, tries=1), filing)

    @staticmethod
    def _receipt_of(answer: Mapping[str, Any], filing: Filing) -> str:
        receipt, refused = answer.get("receipt_no"), answer.get("refused")
        if answer.get("filing_no") != filing.filing_no or (receipt is None) is (refused is None):
            raise Unavailable(CODE)
        if refused is not None:
            raise _refusal(refused)
        if not isinstance(receipt, str) or not 0 < len(receipt.strip()) <= LONGEST_RECEIPT:
            raise Unavailable(CODE)
        return receipt.strip()

    def cancel(self, filing: Filing) -> str:
        """Tell that a filing is cancelled; return the receipt number, the first one again where it was lost on its way.

        Raises HouseTransferred, FilingDiffers as the registry says; Unavailable for anything else.
        """
        question = {
            "city": self.city,
            "case_no": filing.case_no.number,
            "title_id": filing.title_id.partition(BETWEEN)[2],
            "filing_no": filing.filing_no,
        }
        return self._receipt_of(self.desk.ask(CANCEL_PATH, question, tries=1), filing)

    def _title(self, told: Any) -> RegisteredTitle:
        try:
            return read_title(self.city, self.person_key, told)
        except NoTitle as wrong:
            raise Unavailable(CODE) from wrong


@dataclass(frozen=True)
class RoutedRegister:
    """Every city's register behind one port: its own where one is connected, ours otherwise.

    Which live case or filing holds a house is known to us alone, whoever keeps the title.
    """

    ours: StoredRegister
    outside: Mapping[str, AskedRegister]

    def search(self, city: str, certificate_no: CertificateNo, owner: NamedOwner) -> Sequence[Held]:
        """Return the titles on which all three agree with one owner. Raises Unavailable."""
        if city not in self.outside:
            return self.ours.search(city, certificate_no, owner)
        return self.ours.held(self.outside[city].search(certificate_no, owner))

    def find(self, title_id: str) -> Held | None:
        """Return the title with its holders, or None. Raises Unavailable."""
        registry = self._of(title_id)
        if registry is None:
            return self.ours.find(title_id)
        title = registry.find(title_id)
        return None if title is None else self.ours.held([title])[0]

    def receipt(self, filing: Filing) -> str | None:
        """Hand a filing to the registry that keeps its title; None where that is ours."""
        registry = self._of(filing.title_id)
        return None if registry is None else registry.receipt(filing)

    def cancel(self, filing: Filing) -> str | None:
        """Tell the registry that keeps the title; None where that is ours."""
        registry = self._of(filing.title_id)
        return None if registry is None else registry.cancel(filing)

    def _of(self, title_id: str) -> AskedRegister | None:
        city, between, _ = title_id.partition(BETWEEN)
        if not between:
            return None
        if (
            city not in self.outside
        ):  # disconnected since: that the title is not with us does not mean that there is none
            raise Unavailable(CODE)
        return self.outside[city]


Pair = tuple[PersonName | CompanyName, IdNumber | Uscc]


def _pair(owner: NamedOwner) -> Pair:
    return (owner.name, owner.number)


def _named(title: RegisteredTitle) -> set[Pair]:
    people: set[Pair] = {(one.name, one.id_number) for one in title.owners}
    return people | {(one.name, one.uscc) for one in title.enterprises}


def _refusal(told: Any) -> DomainError:
    if told == "DUPLICATE_FILING":
        return HouseAlreadyFiled()
    if told == "FILING_DIFFERS":
        return FilingDiffers()
    if told == "ALREADY_TRANSFERRED":
        return HouseTransferred()
    if isinstance(told, str) and told in set(Reason):
        return HouseBarred(barred_by=[told])
    return Unavailable(CODE)
