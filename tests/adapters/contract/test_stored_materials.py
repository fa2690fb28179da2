"""Materials on a real database and object store with the real inspection: kept, repeated, at the same time, swept."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from services.common.kit.calls import new_id
from services.common.kit.errors import Conflict, DomainError, InvalidValue, NotFound, Unavailable
from services.common.kit.fields import FieldCipher
from services.common.kit.objects import FolderStore, Incoming, Objects
from services.common.messages.contract import AcceptUpload, GetMaterialPage, MaterialReference, RemoveMaterial
from services.common.messages.identity import Person
from services.contract.adapters.inspection import engine
from services.contract.adapters.materials import EngineInspection, StoredDrops, StoredUploads
from services.contract.adapters.repository import StoredCaseReader, contract_works
from services.contract.adapters.rows import CaseRows
from services.contract.application.accept_upload import UploadAcceptance
from services.contract.application.download_material import MaterialPaging, VisibleFiles
from services.contract.application.remove_material import MaterialRemoval
from services.contract.application.sweep_uploads import UploadSweep
from services.contract.domain.case import Case
from tests.adapters.contract.test_repository import TABLES
from tests.adapters.stored import emptied
from tests.support import contract_builders as make
from tests.support import upload_files
from tests.support.contract_materials import file_of
from tests.support.contract_world import World

SERVICE = make.service_call_of("contract")


class HerePool:
    """The engine's jobs without its process."""

    def __init__(self) -> None:
        self.fault: str = ""

    def run(self, job: str, args: dict[str, Any], timeout: float = 0) -> dict[str, Any]:
        del timeout
        if self.fault:
            raise Unavailable(self.fault)
        jobs: dict[str, Callable[..., dict[str, Any]]] = {
            "inspect_file": engine.inspect_file,
            "draw_page": engine.draw_page,
        }
        try:
            return jobs[job](**args)
        except engine.EngineError as refused:
            raise DomainError(refused.code, **refused.context) from refused  # type: ignore[arg-type]


class ThreadedStore(FolderStore):
    """The folder for real threads: there is no event loop here that syncing would have to keep out of."""

    def put(self, key: str, data: bytes) -> str:
        self._write(self._path(key), data)
        return hashlib.sha256(data).hexdigest()


class Desk:
    """The use cases as the worker has them, and the gateway's way in."""

    def __init__(self, folder: Path) -> None:
        database = emptied("contract", *TABLES)
        rows = CaseRows(FieldCipher(b"f" * 32), make.profiles())
        store = ThreadedStore(folder)
        self.folder, self.database, self.at, self.pool = folder, database, make.NOW, HerePool()
        self.works, self.reader = contract_works(database, rows), StoredCaseReader(database, rows)
        objects = Objects(store, "contract", None)
        objects.link = lambda key: f"link:{key}"  # type: ignore[method-assign,misc,assignment]
        self.incoming, self.uploads = Incoming(store), StoredUploads(objects)
        inspection = EngineInspection(self.pool)
        self.accept = UploadAcceptance(self.works, self.reader, self.uploads, inspection, new_id, lambda: self.at)
        self.remove = MaterialRemoval(self.works, lambda: self.at)
        self.page = MaterialPaging(VisibleFiles(self.reader, make.profiles()), self.uploads, inspection)
        self.sweep = UploadSweep(self.works, StoredDrops(database), self.uploads, lambda: self.at)

    def upload(
        self, who: Person, data: bytes, material: str = "other", kind: str = "OTHER", **changed: Any
    ) -> MaterialReference:
        upload_id = new_id()
        told = {
            "case_no": make.NO,
            "version": 0,
            "person_id": who.person_id,
            "material_id": material,
            "kind": kind,
            "upload_id": upload_id,
            "sha256": self.incoming.put(upload_id, data),
            "media_type": "",
        }
        return self.accept(AcceptUpload(**{**told, **changed}), make.call_of(who, new_id()))

    @property
    def case(self) -> Case:
        return self.reader.get(make.NO)

    def objects(self, under: str = "contract") -> list[str]:
        return sorted(str(one.relative_to(self.folder)) for one in (self.folder / under).rglob("*") if one.is_file())

    def rows(self, query: str) -> list[Any]:
        with self.database.read() as session:
            return list(session.execute(text(query)).all())

    def age(self, key: str, hours: int) -> None:
        then = (self.at - dt.timedelta(hours=hours)).timestamp()
        os.utime(self.folder / key, (then, then))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    world = World()
    world.published(make.SELLER, make.SELLER_2)
    world.joined()
    one = Desk(tmp_path)
    with one.works(SERVICE) as work:
        work.cases.add(world.case)
        work.commit()
    return one


def test_an_upload_is_kept_as_a_clean_copy_with_both_hashes(desk: Desk) -> None:
    data = upload_files.picture(exif=upload_files.telling())

    kept = desk.upload(make.SELLER, data, "id_card", "ID_CARD")

    (file,) = desk.case.files
    assert (file.file_id, file.media_type, file.pages) == (kept.file_id, "image/jpeg", 1)
    assert file.original_sha256 == hashlib.sha256(data).hexdigest()
    assert desk.objects() == [file.key]
    stored = (desk.folder / file.key).read_bytes()
    assert hashlib.sha256(stored).hexdigest() == file.sha256 == kept.sha256
    assert b"TELLTALE" not in stored
    assert desk.objects("incoming") == []
    assert desk.rows("SELECT * FROM object_drops") == []


def test_a_file_comes_back_as_it_was_kept(desk: Desk) -> None:
    file = file_of(make.SELLER.person_id, "id_card", "ID_CARD", version=3, pages=7)
    with desk.works(SERVICE) as work:
        work.materials.add(make.NO, file)
        work.commit()

    assert desk.case.files == (file,)


def test_a_hostile_file_leaves_no_byte_and_no_row(desk: Desk) -> None:
    with pytest.raises(DomainError, match="file_active"):
        desk.upload(make.SELLER, upload_files.acting("launch"))

    assert desk.objects("incoming") == desk.objects() == []
    assert desk.rows("SELECT * FROM object_drops") == desk.rows("SELECT * FROM case_materials") == []


def test_many_at_the_same_time_are_all_kept_and_the_case_does_not_change(desk: Desk) -> None:
    revision = desk.case.revision
    people = (make.SELLER, make.SELLER_2, make.BUYER)
    wanted = [(who, upload_files.picture(size=(300 + n, 200))) for n in range(3) for who in people]

    with ThreadPoolExecutor(len(wanted)) as crew:
        kept = list(crew.map(lambda one: desk.upload(*one), wanted))

    assert len({one.file_id for one in kept}) == len(desk.case.files) == 9
    assert desk.case.revision == revision
    assert desk.objects("incoming") == []


def test_the_same_file_at_the_same_time_is_kept_once(desk: Desk) -> None:
    data = upload_files.picture()

    with ThreadPoolExecutor(4) as crew:
        kept = list(crew.map(lambda _: desk.upload(make.SELLER, data), range(4)))

    assert len({one.file_id for one in kept}) == len(desk.case.files) == 1
    desk.at += dt.timedelta(hours=2)
    desk.sweep(SERVICE)
    assert desk.objects() == [desk.case.files[0].key]


def test_twenty_pages_hold_however_many_come_at_once(desk: Desk) -> None:
    wanted = [upload_files.saved(upload_files.blank(8, (300 + n, 300))) for n in range(4)]

    def attempt(data: bytes) -> str:
        try:
            return desk.upload(make.SELLER, data).file_id
        except Conflict as refused:
            return refused.code

    with ThreadPoolExecutor(4) as crew:
        outcomes = list(crew.map(attempt, wanted))

    assert outcomes.count("contract.too_many_pages") == 2
    assert sum(one.pages for one in desk.case.files) == 16
    desk.at += dt.timedelta(hours=2)
    desk.sweep(SERVICE)
    assert len(desk.objects()) == 2


def test_what_takes_a_file_s_place_and_what_is_taken_away_is_swept(desk: Desk) -> None:
    old = desk.upload(make.SELLER, upload_files.picture(size=(500, 300)))
    message = GetMaterialPage(case_no=make.NO, file_id=old.file_id, page=1, longest=320)
    desk.page(message, make.call_of(make.SELLER))
    assert len(desk.objects()) == 2

    new = desk.upload(make.SELLER, upload_files.scan(), replaces=old.file_id)
    desk.sweep(SERVICE)
    assert desk.objects() == [f"contract/materials/{make.NO}/{new.file_id}.pdf"]

    desk.remove(RemoveMaterial(case_no=make.NO, file_id=new.file_id), make.call_of(make.SELLER))
    desk.sweep(SERVICE)
    assert desk.objects() == []
    assert desk.case.files == ()
    removed = desk.rows("SELECT removed_by FROM case_materials WHERE removed_at IS NOT NULL")
    assert {one.removed_by for one in removed} == {str(make.SELLER.person_id)}


def test_only_forgotten_uploads_are_swept(desk: Desk) -> None:
    for name in ("forgotten", "fresh"):
        desk.incoming.put(name, b"x")
    half_written = desk.folder / "incoming" / ".half.written"
    half_written.write_bytes(b"x")
    desk.age("incoming/fresh", 0)
    for key in ("incoming/forgotten", "incoming/.half.written"):
        desk.age(key, 2)

    desk.sweep(SERVICE)

    assert desk.objects("incoming") == ["incoming/fresh"]


def test_files_of_somebody_who_left_are_swept_after_a_day(desk: Desk) -> None:
    desk.upload(make.SELLER_2, upload_files.picture())
    case = desk.case
    case.sellers = case.sellers[:1]
    with desk.works(SERVICE) as work:
        work.cases.save(case)
        work.commit()

    desk.sweep(SERVICE)
    assert len(desk.objects()) == 1
    desk.at += dt.timedelta(hours=25)
    desk.sweep(SERVICE)

    assert desk.objects() == []
    assert desk.rows("SELECT removed_by FROM case_materials") == [("contract",)]


@pytest.mark.parametrize(
    ("fault", "code", "stays"),
    [
        ("engine.too_slow", "contract.file_too_complex", False),
        ("engine.busy", "engine.busy", True),
        ("engine.died", "engine.died", True),
    ],
)
def test_an_engine_that_fails_is_the_file_s_fault_only_where_it_was_too_slow(
    desk: Desk, fault: str, code: str, stays: bool
) -> None:
    desk.pool.fault = fault

    with pytest.raises(DomainError) as refused:
        desk.upload(make.SELLER, upload_files.picture())

    assert refused.value.code == code
    assert bool(desk.objects("incoming")) is stays
    assert desk.objects() == []


def test_a_page_is_drawn_once_and_kept(desk: Desk) -> None:
    kept = desk.upload(make.SELLER, upload_files.scan())
    message = GetMaterialPage(case_no=make.NO, file_id=kept.file_id, page=1, longest=320)

    first = desk.page(message, make.call_of(make.SELLER))
    desk.pool.fault = "engine.died"
    again = desk.page(message, make.call_of(make.SELLER))

    assert first == again
    shown = (desk.folder / first.link.removeprefix("link:")).read_bytes()
    assert (len(shown), hashlib.sha256(shown).hexdigest()) == (first.size, first.sha256)


def test_a_page_beyond_the_last_is_not_found(desk: Desk) -> None:
    kept = desk.upload(make.SELLER, upload_files.scan())

    with pytest.raises(NotFound, match="page_unknown"):
        desk.page(
            GetMaterialPage(case_no=make.NO, file_id=kept.file_id, page=2, longest=320), make.call_of(make.SELLER)
        )


@pytest.mark.parametrize("name", ["../contract/x", "a/b", "..", "/etc/x"])
def test_the_way_in_leads_nowhere_else(desk: Desk, name: str) -> None:
    with pytest.raises(InvalidValue):
        desk.incoming.put(name, b"x")

    assert not [one for one in ("get", "read", "delete", "stat", "old") if hasattr(desk.incoming, one)]
