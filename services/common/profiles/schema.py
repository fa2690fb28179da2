"""The shape of a city profile. Every field is required unless it has a default; unknown keys are refused.

Decides names, kinds and bounds of single values; rules between values are in `rules`, reading is in `nodes`.
A field's metadata holds its bounds: `pattern`, `least`, `most`, `longest` (characters), `fewest` (entries).
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from services.common.kit.errors import NotFound
from services.common.profiles.dated import BEGINNING, in_force, today
from services.common.profiles.materials import Material, PartyRole
from services.common.profiles.publishing import Entry, MenuSection, Place, Screen, ScreenHints
from services.common.profiles.restrictions import REASONS, Restriction, Restrictions
from services.common.profiles.texting import Texting

_NAME = {"longest": 50}
_ID = {"pattern": r"[a-z][a-z0-9-]{1,39}"}
_CODE = {"pattern": r"[a-z][a-z0-9_]{1,39}"}
PHONE_PATTERN = r"\d{3,4}-\d{5,8}|\d{5,11}"
_PHONE = {"pattern": PHONE_PATTERN}


class NoticePurpose(StrEnum):
    """What a ticked text is consent to: the notice itself, use of the face, a clerk's look at a doubtful check, sharing with offices, a note of the register."""

    NOTICE = "NOTICE"
    FACE = "FACE"
    FACE_REVIEW = "FACE_REVIEW"
    SHARING = "SHARING"
    ACKNOWLEDGEMENT = "ACKNOWLEDGEMENT"


class StepId(StrEnum):
    """The steps on top of the screen, in this order; the profile names them."""

    TITLE = "TITLE"
    DRAFT = "DRAFT"
    PREVIEW = "PREVIEW"
    SIGNING = "SIGNING"
    REVIEW = "REVIEW"


class SharedMobile(StrEnum):
    """What happens when two accounts have one mobile (decision 5)."""

    WARN = "WARN"
    REFUSE = "REFUSE"


class FundSupervision(StrEnum):
    """Whether the price goes through a supervised account (交易资金监管)."""

    REQUIRED = "REQUIRED"
    OPTIONAL = "OPTIONAL"
    OFF = "OFF"


class CertificateForm(StrEnum):
    """Which certificates (产权证) the city's flow takes: the new 不动产权证书, the two serial forms of the old 房屋所有权证."""

    NEW = "NEW"
    OLD_WITH_KIND = "OLD_WITH_KIND"
    OLD_SERIAL = "OLD_SERIAL"


@dataclass(frozen=True, kw_only=True)
class Office:
    """办理网点: what people choose, and whose staff see its cases."""

    id: str = field(metadata=_ID)
    name: str = field(metadata=_NAME)
    phone: str = field(metadata=_PHONE)
    """The one to ring first; `more_phones` are told after it."""
    business_types: tuple[str, ...] = field(metadata={"fewest": 1})
    address: str = field(metadata={"longest": 100})
    hours: str = field(metadata={"longest": 100})
    """工作时间, as it hangs on the door."""
    more_phones: tuple[str, ...] = ()
    place: Place | None = None

    @property
    def phones(self) -> tuple[str, ...]:
        """All phones, the first to ring first."""
        return (self.phone, *self.more_phones)


@dataclass(frozen=True, kw_only=True)
class Registry:
    """The land registry of the city: name, phone shown when a title is not found, and what is searched there."""

    name: str = field(metadata=_NAME)
    phone: str = field(metadata=_PHONE)
    regions: tuple[str, ...] = field(metadata={"fewest": 1})
    """First digits of the 不动产单元号 the registry keeps, for example 4202."""
    certificate_prefix: str = field(metadata={"longest": 20})
    """How the city's new certificate numbers begin and which place they name, for example 鄂 and 黄石市."""
    certificate_place: str = field(metadata={"longest": 20})
    certificate_forms: tuple[CertificateForm, ...] = field(metadata={"fewest": 1})


@dataclass(frozen=True, kw_only=True)
class Notice:
    """A text that is read and ticked (须知, 同意书). A changed text needs a new version: consents record both."""

    id: str = field(metadata=_CODE)
    purpose: NoticePurpose
    version: str = field(metadata={"pattern": r"20\d{2}\.\d{1,3}"})
    title: str = field(metadata=_NAME)
    body: str = field(metadata={"longest": 8000})
    valid_from: dt.date = BEGINNING
    """The day this version begins to hold; the first version of a notice has none."""
    acknowledges: Restriction | None = None
    """The note of the register the text is about; only with purpose ACKNOWLEDGEMENT."""

    @property
    def sha256(self) -> str:
        """Return the hex digest of the body as shown (UTF-8)."""
        return hashlib.sha256(self.body.encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Step:
    """A step on top of the screen and its printed name."""

    id: StepId
    name: str = field(metadata={"longest": 12})


@dataclass(frozen=True, kw_only=True)
class Confirmation:
    """确认合同 (decision 11): who confirms a version, and for whom starting the signing counts as confirming."""

    by: tuple[PartyRole, ...]
    start_counts_for: tuple[PartyRole, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Signing:
    """发起签署 and the signing itself."""

    documents: tuple[str, ...] = field(metadata={"fewest": 1})
    start_by: tuple[PartyRole, ...] = field(metadata={"fewest": 1})
    sealed: bool
    seal_office: str = field(default="", metadata=_NAME)
    """The authority's name in its round seal; required where `sealed`."""
    task_days: int = field(default=7, metadata={"least": 1, "most": 60})
    warning_days: int = field(default=2, metadata={"least": 1, "most": 30})
    """So many days before the signing lapses the parties are reminded; never before half of its time is over."""
    session_minutes: int = field(default=30, metadata={"least": 5, "most": 120})


@dataclass(frozen=True, kw_only=True)
class Filing:
    """Submission, review and filing number (备案编号): prefix, date and a daily sequence."""

    submit_by: tuple[PartyRole, ...] = field(metadata={"fewest": 1})
    number_prefix: str = field(metadata={"pattern": r"\d{2}[A-Z]{2,4}"})
    number_digits: int = field(default=6, metadata={"least": 5, "most": 10})
    reviewers: int = field(default=1, metadata={"least": 1, "most": 2})
    claim_minutes: int = field(default=30, metadata={"least": 5, "most": 240})
    review_days: int = field(default=3, metadata={"least": 1, "most": 30})
    """Working days a decision may take; 1-3 are usual (domain 1.11). Shown to the parties."""
    submit_days: int = field(default=30, metadata={"least": 1, "most": 365})
    """Days in which a signed or returned contract is submitted. It binds the parties, so that it does not lapse by itself."""
    reminder_days: int = field(default=7, metadata={"least": 1, "most": 90})
    """So often the parties of a contract that nobody submits are reminded."""


@dataclass(frozen=True, kw_only=True)
class Required:
    """Fields a side cannot leave out; those the law asks for are required anyway."""

    party: tuple[str, ...]
    terms: tuple[str, ...]
    materials_to_generate: tuple[PartyRole, ...] = ()
    """Whose required materials must be there before 生成 (decision 21); everybody's before the submission anyway."""


@dataclass(frozen=True, kw_only=True)
class PartyRules:
    """Who may be a party online. Minors and agents go to the counter."""

    minimum_age: int = field(default=18, metadata={"least": 18, "most": 18})
    enterprise_seller: bool
    enterprise_buyer: bool
    most_per_side: int = field(metadata={"least": 1, "most": 20})
    shared_mobile: SharedMobile = SharedMobile.WARN


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Figures that bound what is typed and how often is asked."""

    deposit_share: Decimal = field(metadata={"least": 0, "most": "0.20"})
    """定金 as a part of the price: at most a fifth (民法典 586)."""
    late_penalty_per_10k: Decimal = field(metadata={"least": 0, "most": 10})
    extra_terms: int = field(metadata={"least": 100, "most": 2000})
    instalments: int = field(metadata={"least": 1, "most": 36})
    draft_days: int = field(metadata={"least": 1, "most": 365})
    """A draft untouched for so many days expires and frees the house (decision 15)."""
    draft_warning_days: int = field(default=7, metadata={"least": 1, "most": 90})
    """So many days before that the parties are warned; never before half of its time is over."""
    title_failures_per_hour: int = field(metadata={"least": 1, "most": 100})
    lookup_failures_per_hour: int = field(metadata={"least": 1, "most": 100})


@dataclass(frozen=True, kw_only=True)
class BusinessType:
    """业务类型: one way through the system."""

    id: str = field(metadata=_CODE)
    name: str = field(metadata=_NAME)
    steps: tuple[Step, ...]
    notices: tuple[str, ...]
    """Ids of the city's notices shown for it."""
    hints: tuple[ScreenHints, ...]
    """提示 of each screen, in all versions."""
    confirmation: Confirmation
    signing: Signing
    filing: Filing
    parties: PartyRules
    required: Required
    limits: Limits
    materials: tuple[Material, ...] = ()
    fund_supervision: FundSupervision = FundSupervision.OPTIONAL

    def hints_on(self, day: dt.date) -> tuple[ScreenHints, ...]:
        """Return the hints shown on that day, one version a screen, in the order of the screens."""
        found = (in_force((one for one in self.hints if one.screen is screen), day) for screen in Screen)
        return tuple(one for one in found if one is not None)

    def materials_on(self, day: dt.date) -> tuple[Material, ...]:
        """Return the list of that day, each material in its newest version, in the order of the profile."""
        ids = dict.fromkeys(one.id for one in self.materials)
        found = (in_force((one for one in self.materials if one.id == id_), day) for id_ in ids)
        return tuple(one for one in found if one is not None and day <= one.valid_until)

    def step_name(self, step: StepId) -> str:
        """Return the printed name of a step."""
        return next(one.name for one in self.steps if one.id is step)


@dataclass(frozen=True, kw_only=True)
class CityProfile:
    """A city that runs on this deployment."""

    schema: int = field(metadata={"least": 1, "most": 1})
    city: str = field(metadata={"pattern": r"[a-z]{2,20}"})
    name: str = field(metadata=_NAME)
    entry: Entry
    menu: tuple[MenuSection, ...] = field(metadata={"fewest": 1})
    offices: tuple[Office, ...] = field(metadata={"fewest": 1})
    registry: Registry
    sale: str = field(metadata=_CODE)
    """Id of the business type a case opens with."""
    business_types: tuple[BusinessType, ...] = field(metadata={"fewest": 1})
    notices: tuple[Notice, ...] = field(metadata={"fewest": 1})
    restrictions: Restrictions = field(default_factory=Restrictions)
    texting: Texting = field(default_factory=Texting)

    @cached_property
    def case_type(self) -> BusinessType:
        """The business type a case opens with."""
        return self.business_type(self.sale)

    def business_type(self, id_: str) -> BusinessType:
        """Return a business type. Raises NotFound."""
        for one in self.business_types:
            if one.id == id_:
                return one
        raise NotFound("city.business_type_unknown")

    def office(self, id_: str) -> Office:
        """Return an office. Raises NotFound."""
        for one in self.offices:
            if one.id == id_:
                return one
        raise NotFound("city.office_unknown")

    def notice(self, id_: str, day: dt.date | None = None) -> Notice:
        """Return the version of a notice in force on that day, today if none is given. Raises NotFound."""
        found = in_force((one for one in self.notices if one.id == id_), day or today())
        if found is None:
            raise NotFound("city.notice_unknown")
        return found

    def acknowledgement_of(self, reason: str) -> Notice | None:
        """Return the text in force about a note, named by its reason code (such as MORTGAGED); None where there is none."""
        ids = (one.id for one in self.notices if one.acknowledges and REASONS[one.acknowledges] == reason)
        return next((self.notice(id_) for id_ in ids), None)

    def notices_of(self, business_type: BusinessType, purpose: NoticePurpose) -> tuple[Notice, ...]:
        """Return the notices of that purpose shown for a business type, in its order."""
        shown = (self.notice(id_) for id_ in business_type.notices)
        return tuple(one for one in shown if one.purpose is purpose)
