"""City profiles: everything in which cities differ, read once from `deploy/cities/<city>.yaml`.

Decides what a profile may say and refuses the rest with file, line and remedy; leaves what follows from it to the services.
"""

from services.common.profiles.loader import Profiles, load_profiles
from services.common.profiles.materials import Condition, DocumentKind, Material, PartyRole
from services.common.profiles.problems import Problem, ProfileInvalid
from services.common.profiles.publishing import Entry, MenuItem, MenuSection, Opens, Place, Screen, ScreenHints
from services.common.profiles.restrictions import Policy, Restriction, Restrictions
from services.common.profiles.schema import (
    BusinessType,
    CertificateForm,
    CityProfile,
    Confirmation,
    Filing,
    FundSupervision,
    Limits,
    Notice,
    NoticePurpose,
    Office,
    PartyRules,
    Registry,
    Required,
    SharedMobile,
    Signing,
    Step,
    StepId,
)

__all__ = [
    "BusinessType",
    "CertificateForm",
    "CityProfile",
    "Condition",
    "Confirmation",
    "DocumentKind",
    "Entry",
    "Filing",
    "FundSupervision",
    "Limits",
    "Material",
    "MenuItem",
    "MenuSection",
    "Notice",
    "NoticePurpose",
    "Office",
    "Opens",
    "PartyRole",
    "PartyRules",
    "Place",
    "Policy",
    "Problem",
    "ProfileInvalid",
    "Profiles",
    "Registry",
    "Required",
    "Restriction",
    "Restrictions",
    "Screen",
    "ScreenHints",
    "SharedMobile",
    "Signing",
    "Step",
    "StepId",
    "load_profiles",
]
