"""What contract's fakes keep instead of a database, and the uploaded files in it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from services.common.values import CaseNo, PersonId
from services.contract.domain.case import Case
from services.contract.domain.materials import MaterialFile


@dataclass
class Store:
    """What a database would hold."""

    cases: dict[CaseNo, Case] = field(default_factory=dict)
    numbers: dict[tuple[str, dt.date], int] = field(default_factory=dict)
    failures: list[tuple[PersonId, str, dt.datetime]] = field(default_factory=list)
    spent: set[str] = field(default_factory=set)
    events: list[object] = field(default_factory=list)
    answers: list[object] = field(default_factory=list)
    drops: dict[str, dt.datetime] = field(default_factory=dict)


class FakeMaterials:
    """Uploaded files of one transaction; the case in the store holds those that stand."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, no: CaseNo, file: MaterialFile) -> None:
        case = self._store.cases[no]
        case.files = (*case.files, file)
        self.dropped(file.key)

    def remove(self, no: CaseNo, file: MaterialFile, by: PersonId, at: dt.datetime) -> None:
        del by
        case = self._store.cases[no]
        case.files = tuple(one for one in case.files if one.file_id != file.file_id)
        self.plan_drop(file.key, at)

    def plan_drop(self, key: str, due: dt.datetime) -> None:
        self._store.drops[key] = due

    def dropped(self, key: str) -> None:
        self._store.drops.pop(key, None)

    def remove_strays(self, at: dt.datetime, quiet_since: dt.datetime, limit: int) -> int:
        del limit
        strays = [
            (case.no, file)
            for case in self._store.cases.values()
            for file in case.files
            if case.updated_at <= quiet_since and case.party(file.person_id) is None
        ]
        for no, file in strays:
            self.remove(no, file, file.person_id, at)
        return len(strays)
