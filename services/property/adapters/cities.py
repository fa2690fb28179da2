"""The city profiles behind the register's port."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.profiles.loader import Profiles
from services.common.profiles.restrictions import Restrictions
from services.common.profiles.schema import CertificateForm
from services.property.domain.generated.houses import CityStyle


@dataclass(frozen=True)
class ProfiledCities:
    """Answers from the loaded profiles."""

    profiles: Profiles

    def failures_per_hour(self, city: str) -> int:
        """How many title searches may fail."""
        return self.profiles.get(city).case_type.limits.title_failures_per_hour

    def registry_phone(self, city: str) -> str:
        """Return the phone of the city's registry."""
        return self.profiles.get(city).registry.phone

    def restrictions(self, city: str) -> Restrictions:
        """Return the city's answers to notes against a sale."""
        return self.profiles.get(city).restrictions

    def style(self, city: str) -> CityStyle:
        """How the city's certificates look."""
        registry = self.profiles.get(city).registry
        return CityStyle(
            prefix=registry.certificate_prefix,
            place=registry.certificate_place,
            region=registry.regions[0],
            old_with_kind=CertificateForm.OLD_WITH_KIND in registry.certificate_forms,
            old_serial=CertificateForm.OLD_SERIAL in registry.certificate_forms,
        )
