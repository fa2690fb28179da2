"""The city profiles behind review's port."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.errors import NotFound
from services.common.profiles.loader import Profiles
from services.review.application.ports import FilingNumbers


@dataclass(frozen=True)
class ProfiledOffices:
    """Answers from the loaded profiles."""

    profiles: Profiles

    def office_of(self, city: str) -> str:
        """Return the first office that offers the business type a case opens with. Raises NotFound when there is none."""
        profile = self.profiles.get(city)
        for office in profile.offices:
            if profile.sale in office.business_types:
                return office.id
        raise NotFound("review.no_office")

    def business_type(self, city: str) -> str:
        """Return the business type a case opens with."""
        return self.profiles.get(city).sale

    def reviewers(self, city: str) -> int:
        """How many persons approve a filing."""
        return self.profiles.get(city).case_type.filing.reviewers

    def review_days(self, city: str) -> int:
        """How many working days a decision may take."""
        return self.profiles.get(city).case_type.filing.review_days

    def filing_numbers(self, city: str) -> FilingNumbers:
        """How the city's filings are numbered."""
        filing = self.profiles.get(city).case_type.filing
        return FilingNumbers(prefix=filing.number_prefix, digits=filing.number_digits)

    def claim_minutes(self, city: str) -> int:
        """How long a claim lasts."""
        return self.profiles.get(city).case_type.filing.claim_minutes
