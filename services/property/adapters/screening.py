"""Where standings and restrictions come from: an authority's desk over HTTP, or the embedded tables."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from services.common.kit.errors import Unavailable
from services.common.kit.outside import Partner
from services.common.kit.unit_of_work import Database
from services.common.values import CertificateNo, IdNumber
from services.property.adapters.rows import TitleRows
from services.property.adapters.tables import ENCUMBRANCES, STANDINGS, TITLES
from services.property.application.ports import NamedOwner
from services.property.domain.standing import Eligibility, Standing
from services.property.domain.title import Encumbrance

STANDING_PATH, RESTRICTIONS_PATH = "/v1/party-standings", "/v1/restrictions"


@dataclass(frozen=True)
class AskedStandings:
    """An authority's screening. The answer must be about the number asked for, and in words that are known."""

    desk: Partner

    def standing(self, city: str, party: NamedOwner) -> Standing:
        """Return what the authority says. Raises Unavailable."""
        question = {"city": city, "name": str(party.name), "number": str(party.number)}
        answer = self.desk.ask(STANDING_PATH, question)
        defaulter, eligibility = answer.get("defaulter"), answer.get("eligibility")
        known = isinstance(defaulter, bool) and isinstance(eligibility, str) and eligibility in set(Eligibility)
        if answer.get("number") != str(party.number) or not known:
            raise Unavailable(self.desk.code)
        return Standing(bool(defaulter), Eligibility(str(eligibility)))


@dataclass(frozen=True)
class AskedRestrictions:
    """An authority's list of what is noted on a certificate."""

    desk: Partner

    def noted(self, city: str, certificate_no: CertificateNo) -> frozenset[Encumbrance]:
        """Return what the authority notes. Raises Unavailable; a word we do not know could be one that bars."""
        answer = self.desk.ask(RESTRICTIONS_PATH, {"city": city, "certificate_no": str(certificate_no)})
        noted = answer.get("restrictions")
        known = isinstance(noted, list) and all(isinstance(one, str) and one in set(Encumbrance) for one in noted)
        if answer.get("certificate_no") != str(certificate_no) or not known:
            raise Unavailable(self.desk.code)
        return frozenset(Encumbrance(one) for one in noted or ())


@dataclass(frozen=True)
class TabledStandings:
    """The embedded table; who is not in it is no defaulter, and needs no permission to buy."""

    database: Database
    rows: TitleRows

    def standing(self, city: str, party: NamedOwner) -> Standing:
        """Return what is noted."""
        mine = (STANDINGS.c.city == city) & (STANDINGS.c.number_index == self.rows.number_index(party.number))
        with self.database.read() as session:
            row = session.execute(select(STANDINGS).where(mine)).one_or_none()
        return Standing() if row is None else Standing(row.defaulter, Eligibility(row.eligibility))


@dataclass(frozen=True)
class TabledRestrictions:
    """The embedded register's own notes."""

    database: Database

    def noted(self, city: str, certificate_no: CertificateNo) -> frozenset[Encumbrance]:
        """Return what is noted on titles of that certificate."""
        query = select(ENCUMBRANCES.c.kind).join(TITLES, TITLES.c.title_id == ENCUMBRANCES.c.title_id)
        mine = (TITLES.c.city == city) & (TITLES.c.certificate_no == certificate_no.value)
        with self.database.read() as session:
            return frozenset(Encumbrance(kind) for kind in session.scalars(query.where(mine)))


@dataclass(frozen=True)
class StoredStandings:
    """Standings within a unit of work."""

    session: Session
    rows: TitleRows

    def note(self, city: str, number: IdNumber, standing: Standing) -> None:
        """Keep the last note. The number itself is not kept: it is found by its pseudonym."""
        values = {"defaulter": standing.defaulter, "eligibility": standing.eligibility.value}
        kept = upsert(STANDINGS).values(city=city, number_index=self.rows.number_index(number), **values)
        self.session.execute(kept.on_conflict_do_update(index_elements=["city", "number_index"], set_=values))
