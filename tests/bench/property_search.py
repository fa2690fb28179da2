"""What a title search (房源核验) costs in a register of 1,000 titles and in one of 1,000,000.

Measured is CPU time of the search as the service carries it out (limits, search, verdict, commit) and of the database
process that serves it, on a private PostgreSQL that holds both registers; the same searches in turn, the least of several rounds.
Run: `python -m tests.bench.property_search`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg2
from sqlalchemy import text

from deploy.local.keys import runtime_role
from services.common.kit.calls import Actor, ActorKind, Call
from services.common.kit.fields import FieldCipher
from services.common.kit.unit_of_work import Database
from services.common.messages.property import SearchTitles, SeedTitles
from services.property.adapters.repository import StoredRegister, register_works
from services.property.adapters.rows import TitleRows
from services.property.adapters.screening import TabledRestrictions
from services.property.adapters.tables import METADATA
from services.property.application.search_titles import SearchForTitles
from services.property.application.seed_titles import SeedGeneratedTitles
from services.property.domain.generated.titles import make_up_titles
from tests.adapters.stored import database_of, servers
from tests.unit.property.fakes import OneCity

SMALL, LARGE = 1_000, 1_000_000
ROUNDS, SEARCHES = 30, 40  # short rounds: the quietest of many is seldom disturbed by what else runs here
KEY = b"k" * 32
BIG = "big"
TITLE_COLUMNS = (
    "title_id, city, certificate_no, new_form, mode, owner_count, location, building_area, use, nature, structure, floor, "
    "total_floors, year_built, land_obtained, land_use, generated"
)
OWNER_COLUMNS = "title_id, position, person_id, name_index, name_sealed, id_number_sealed, kind, deceased"


def measure() -> dict[str, float]:
    """Return CPU seconds of a search at both sizes, and their ratio."""
    url = database_of("property").engine.url
    _clone()
    small = _Register(Database(url.render_as_string(hide_password=False), "bench-small", size=1))
    within = url.update_query_dict({"options": f"-csearch_path={BIG},public"})
    large = _Register(Database(within.render_as_string(hide_password=False), "bench-large", size=1))
    for one in (small, large):
        one.seed()
    _fill()
    _settle()
    least = _least_cpu(small, large)
    return {
        "property.search.cpu_s_at_1000": least[0],
        "property.search.cpu_s_at_1000000": least[1],
        "property.search.growth_ratio": least[1] / least[0],
    }


class _Register:
    """A register of its own size, with one connection, so that one process of the database serves it."""

    def __init__(self, database: Database) -> None:
        rows, self._cities = TitleRows(FieldCipher(b"f" * 32), KEY), OneCity()
        self._works = register_works(database, rows)
        register, notes = StoredRegister(database, rows), TabledRestrictions(database)
        self._search = SearchForTitles(self._works, register, notes, self._cities, lambda: dt.datetime.now(dt.UTC))
        with database.read() as session:
            self._backend = int(session.execute(text("SELECT pg_backend_pid()")).scalar_one())
        made_up = make_up_titles("huangshi", self._cities.style("huangshi"), range(SMALL), 1, KEY)
        self._targets = [title for title in made_up if title.owners][:SEARCHES]

    def seed(self) -> None:
        """Make up the titles that are searched for, the same in both."""
        seed = SeedGeneratedTitles(self._works, self._cities, KEY, allowed=True)
        seed(SeedTitles(city="huangshi", count=SMALL, seed=1), Call(Actor(ActorKind.SERVICE, "cli"), "bench"))

    def round(self) -> float:
        """Return CPU seconds of one search, ours and the database process's, over the same searches each time."""
        began = time.process_time() + _cpu_of(self._backend)
        for title in self._targets:
            owner = title.owners[0]
            asked = SearchTitles(
                city="huangshi",
                certificate_no=title.certificate_no,
                owner_name=owner.name,
                owner_id_number=owner.id_number,
                source="bench",
            )
            found = self._search(asked, Call(Actor(ActorKind.PERSON, owner.person_id.value), "bench"))
            assert title.title_id in {one.title_id for one in found.titles}
        return (time.process_time() + _cpu_of(self._backend) - began) / len(self._targets)


def _least_cpu(small: _Register, large: _Register) -> tuple[float, float]:
    """Return the least of many rounds of each, taken in turn, so that whatever else runs here disturbs both alike."""
    for one in (small, large):
        one.round()  # statements prepared, caches warm
    taken: dict[_Register, list[float]] = {small: [], large: []}
    for number in range(ROUNDS):
        for one in (small, large) if number % 2 else (large, small):  # neither always comes first
            taken[one].append(one.round())
    return min(taken[small]), min(taken[large])


def _clone() -> None:
    """Make room for a second register beside the first: the same tables in a schema of their own."""
    with _owner_connection() as connection, connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {BIG}")
        for table in METADATA.sorted_tables:
            cursor.execute(f"CREATE TABLE {BIG}.{table.name} (LIKE public.{table.name} INCLUDING ALL)")
        cursor.execute(f"GRANT USAGE ON SCHEMA {BIG} TO {runtime_role('property')}")
        cursor.execute(f"GRANT ALL ON ALL TABLES IN SCHEMA {BIG} TO {runtime_role('property')}")
        cursor.execute(f"GRANT ALL ON ALL SEQUENCES IN SCHEMA {BIG} TO {runtime_role('property')}")
    connection.close()


def _cpu_of(pid: int) -> float:
    """Return the CPU seconds a process has used (Linux: nanoseconds are the first field)."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


def _owner_connection() -> psycopg2.extensions.connection:
    url = servers().environments.migration("property")["GUOHU_DATABASE_OWNER_URL"]
    return psycopg2.connect(url)


def _settle() -> None:
    """Let the planner know the size before anything is measured."""
    connection = _owner_connection()
    connection.autocommit = True
    with connection.cursor() as cursor:
        for schema in ("public", BIG):
            for table in ("titles", "owners", "encumbrances"):
                cursor.execute(f"ANALYZE {schema}.{table}")
    connection.close()


def _fill() -> None:
    """Copy filler titles, one owner each, until the register holds a million."""
    with _owner_connection() as connection, connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit TO off")
        cursor.execute(f"SET LOCAL search_path TO {BIG}")
        numbers = range(SMALL, LARGE)
        cursor.copy_expert(f"COPY titles ({TITLE_COLUMNS}) FROM STDIN", _Lines(map(_title_line, numbers)))
        cursor.copy_expert(f"COPY owners ({OWNER_COLUMNS}) FROM STDIN", _Lines(map(_owner_line, numbers)))
    connection.close()


def _title_line(number: int) -> str:
    certificate = f"鄂(2015)黄石市不动产权第{number:08d}号"
    house = "黄石市人民路1号5栋1单元101室\t98.76\t住宅\t市场化商品房\t混合结构\t1\t7\t2005\t出让\t城镇住宅用地"
    return f"f{number:024d}\thuangshi\t{certificate}\tt\tSOLE\t1\t{house}\tt\n"


def _owner_line(number: int) -> str:
    digest = hashlib.md5(str(number).encode(), usedforsecurity=False).hexdigest()
    return f"f{number:024d}\t0\tp-{digest[:26]}\t{digest}{digest}\tsealed\tsealed\tPERSON\tf\n"


class _Lines(io.TextIOBase):
    """Lines as a file, never all at once."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._rest = ""

    def read(self, size: int | None = -1) -> str:
        """Return up to `size` characters."""
        assert size is not None
        assert size > 0
        parts, length = [self._rest], len(self._rest)
        while length < size and (line := next(self._lines, "")):
            parts.append(line)
            length += len(line)
        whole = "".join(parts)
        self._rest = whole[size:]
        return whole[:size]


if __name__ == "__main__":
    print(json.dumps(measure(), indent=2))
