"""Property on the bus: translates questions, commands and events into use cases, and builds them once."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from services.common.kit.calls import Call
from services.common.kit.entrypoints import Wired, handles, rpc
from services.common.kit.outside import Partner
from services.common.kit.settings import PartnerSettings
from services.common.kit.unit_of_work import Database
from services.common.messages import property as messages
from services.common.messages.contract import CaseEnded, CaseOpened
from services.property.adapters.cities import ProfiledCities
from services.property.adapters.outside_register import CODE, AskedRegister, RoutedRegister
from services.property.adapters.repository import StoredRegister, register_works
from services.property.adapters.rows import TitleRows
from services.property.adapters.screening import (
    AskedRestrictions,
    AskedStandings,
    TabledRestrictions,
    TabledStandings,
)
from services.property.adapters.tables import METADATA
from services.property.application.cancel_filing import CancelFilingInRegister
from services.property.application.get_title import GetTitleInFull
from services.property.application.hold_house import HoldHouse
from services.property.application.list_seeded_titles import ListGeneratedTitles
from services.property.application.note_party import NoteStanding
from services.property.application.note_title import NoteOnTitle
from services.property.application.ports import PartyScreening, RestrictionSource
from services.property.application.record_filing import RecordFilingInRegister
from services.property.application.screen_party import ScreenOneParty
from services.property.application.search_titles import SearchForTitles
from services.property.application.seed_titles import SeedGeneratedTitles
from services.property.config import PropertySettings

DESK_SECONDS = 1.5
"""For each try; a search waits for two at most."""


@dataclass(frozen=True)
class Parts:
    """The use cases of the register."""

    search_titles: SearchForTitles
    get_title: GetTitleInFull
    record_filing: RecordFilingInRegister
    cancel_filing: CancelFilingInRegister
    seed_titles: SeedGeneratedTitles
    list_seeded_titles: ListGeneratedTitles
    hold_house: HoldHouse
    screen_party: ScreenOneParty
    note_party: NoteStanding
    note_title: NoteOnTitle


def build(resources: Any) -> Parts:
    """Put the use cases together from the runner's resources."""
    settings = PropertySettings.read(resources.settings.values)
    rows = TitleRows(resources.cipher_over(METADATA), settings.person_key)
    stored, works = StoredRegister(resources.database, rows), register_works(resources.database, rows)
    register = RoutedRegister(stored, _registers(settings))
    cities, restrictions = ProfiledCities(resources.profiles), _restrictions(settings, resources.database)
    return Parts(
        search_titles=SearchForTitles(works, register, restrictions, cities, _now),
        get_title=GetTitleInFull(register, restrictions, cities, _now),
        record_filing=RecordFilingInRegister(works, register, restrictions, cities, _now),
        cancel_filing=CancelFilingInRegister(works, register, _now),
        seed_titles=SeedGeneratedTitles(
            works, cities, settings.person_key, allowed=resources.settings.env != "production"
        ),
        list_seeded_titles=ListGeneratedTitles(stored, cities, _now),
        hold_house=HoldHouse(works),
        screen_party=ScreenOneParty(_screening(settings, resources.database, rows), cities),
        note_party=NoteStanding(works, cities),
        note_title=NoteOnTitle(works, cities, _now),
    )


def _screening(settings: PropertySettings, database: Database, rows: TitleRows) -> PartyScreening:
    if settings.screening is None:
        return TabledStandings(database, rows)
    return AskedStandings(_desk(settings.screening, "property.screening_unavailable"))


def _restrictions(settings: PropertySettings, database: Database) -> RestrictionSource:
    if settings.restrictions is None:
        return TabledRestrictions(database)
    return AskedRestrictions(_desk(settings.restrictions, "property.restrictions_unavailable"))


def _registers(settings: PropertySettings) -> dict[str, AskedRegister]:
    return {
        city: AskedRegister(city, _desk(one, CODE), settings.person_key) for city, one in settings.registers.items()
    }


def _desk(settings: PartnerSettings, code: str) -> Partner:
    return Partner.of(settings, code, DESK_SECONDS)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class PropertyService:
    """The register's answers."""

    name = "property"
    parts: Parts = Wired(build)

    @rpc(messages.SearchTitles)
    def search_titles(self, message: messages.SearchTitles, call: Call) -> messages.TitlesFound:
        """房源核验."""
        return self.parts.search_titles(message, call)

    @rpc(messages.GetTitle)
    def get_title(self, message: messages.GetTitle, call: Call) -> messages.Title:
        """Return the title in full, for contract and review."""
        return self.parts.get_title(message, call)

    @rpc(messages.RecordFiling)
    def record_filing(self, message: messages.RecordFiling, call: Call) -> messages.FilingAcknowledged:
        """备案推送."""
        return self.parts.record_filing(message, call)

    @rpc(messages.CancelFiling)
    def cancel_filing(self, message: messages.CancelFiling, call: Call) -> messages.FilingAcknowledged:
        """备案注销."""
        return self.parts.cancel_filing(message, call)

    @rpc(messages.SeedTitles)
    def seed_titles(self, message: messages.SeedTitles, call: Call) -> messages.TitlesSeeded:
        """Generate titles."""
        return self.parts.seed_titles(message, call)

    @rpc(messages.ListSeededTitles)
    def list_seeded_titles(self, message: messages.ListSeededTitles, call: Call) -> messages.SeededTitles:
        """Return generated titles, for demonstrations."""
        return self.parts.list_seeded_titles(message, call)

    @rpc(messages.ScreenParty)
    def screen_party(self, message: messages.ScreenParty, call: Call) -> messages.PartyScreened:
        """买受人核验."""
        return self.parts.screen_party(message, call)

    @rpc(messages.NoteParty)
    def note_party(self, message: messages.NoteParty, call: Call) -> messages.PartyNoted:
        """Keep a standing."""
        return self.parts.note_party(message, call)

    @rpc(messages.NoteTitle)
    def note_title(self, message: messages.NoteTitle, call: Call) -> messages.TitleNoted:
        """Write or clear a note."""
        return self.parts.note_title(message, call)

    @handles("property.hold_house")
    def hold_house(self, event: CaseOpened | CaseEnded, call: Call) -> None:
        """Take or free the house of a case."""
        self.parts.hold_house(event, call)
