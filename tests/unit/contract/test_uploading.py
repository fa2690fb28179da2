"""Uploads from the way in to where they are kept: refused, repeated, at the same time, and with a neighbour down."""

from __future__ import annotations

import datetime as dt

import pytest

from services.common.kit.calls import Call
from services.common.kit.errors import DomainError, Unavailable
from services.common.messages.contract import SaveParties, Side
from services.contract.domain.errors import CaseNotFound
from tests.support import contract_builders as make
from tests.support.contract_world import World
from tests.support.uploading import Uploading

SELLER, BUYER = make.call_of(make.SELLER), make.call_of(make.BUYER)
REVIEWER = make.staff_call()


@pytest.fixture
def world() -> World:
    one = World()
    one.published()
    one.joined()
    return one


@pytest.fixture
def desk(world: World) -> Uploading:
    return Uploading(world)


def files(desk: Uploading, who: str = "SELLER_MAIN") -> list[str]:
    call = SELLER if who.startswith("SELLER") else BUYER
    return [one.file_id for one in desk.listed(call)[who, "other"].files]


def test_a_file_is_kept_and_the_way_in_is_empty(desk: Uploading) -> None:
    kept = desk.upload(make.SELLER, data=b"paper")

    (key,) = desk.uploads.kept
    assert desk.uploads.kept[key] == b"clean paper"
    assert key == f"contract/materials/{desk.world.case.no}/{kept.file_id}.jpg"
    assert not desk.uploads.incoming
    assert not desk.world.store.drops
    assert files(desk) == [kept.file_id]


def test_a_refused_file_leaves_nothing(desk: Uploading) -> None:
    with pytest.raises(DomainError) as refused:
        desk.upload(make.SELLER, data=b"refuse:contract.file_broken")

    assert refused.value.code == "contract.file_broken"
    assert not desk.uploads.incoming
    assert not desk.uploads.kept
    assert not desk.world.store.drops


def test_a_stranger_s_file_is_deleted_before_anybody_looks_into_it(desk: Uploading) -> None:
    with pytest.raises(CaseNotFound):
        desk.upload(make.STRANGER, data=b"refuse:contract.file_broken", of=make.SELLER)

    assert not desk.uploads.incoming


def test_a_file_nobody_can_look_into_now_waits_and_is_taken_when_it_is_sent_again(desk: Uploading) -> None:
    desk.inspection.down = True
    with pytest.raises(Unavailable):
        desk.upload(make.SELLER, data=b"paper")
    assert desk.uploads.incoming
    assert not files(desk)

    desk.inspection.down = False
    desk.upload(make.SELLER, data=b"paper")

    assert len(files(desk)) == 1
    assert not desk.uploads.incoming


def test_a_store_that_fails_half_way_leaves_only_what_the_sweep_deletes(desk: Uploading) -> None:
    desk.uploads.broken = True

    with pytest.raises(Unavailable):
        desk.upload(make.SELLER, data=b"paper")

    (key,) = desk.world.store.drops
    assert not files(desk)
    desk.uploads.broken = False
    desk.uploads.put(key, b"written after all")
    desk.sweep(make.service_call_of("contract"))
    assert key in desk.uploads.kept  # not yet: the upload might still be at it
    desk.world.at += dt.timedelta(hours=2)
    desk.sweep(make.service_call_of("contract"))
    assert not desk.uploads.kept
    assert not desk.world.store.drops


def test_bytes_that_are_not_those_sent_are_never_kept(desk: Uploading) -> None:
    with pytest.raises(DomainError) as refused:
        desk.upload(make.SELLER, sha256="0" * 64)

    assert refused.value.code == "contract.upload_changed"
    assert not desk.uploads.kept


def test_an_upload_that_is_gone_is_to_be_sent_again(desk: Uploading) -> None:
    with pytest.raises(Unavailable) as refused:
        desk.upload(make.SELLER, upload_id="gone")

    assert refused.value.code == "contract.upload_lost"


def test_the_same_file_twice_is_one(desk: Uploading) -> None:
    first, second = desk.upload(make.SELLER), desk.upload(make.SELLER)

    assert first == second
    assert len(files(desk)) == 1


def test_two_people_upload_at_the_same_time(desk: Uploading) -> None:
    revision = desk.world.case.revision

    desk.upload(make.SELLER, data=b"seller's")
    desk.upload(make.BUYER, data=b"buyer's")

    assert len(files(desk)) == len(files(desk, "BUYER_MAIN")) == 1
    assert desk.world.case.revision == revision


def test_the_file_whose_place_is_taken_is_deleted_by_the_sweep(desk: Uploading) -> None:
    old = desk.upload(make.SELLER, data=b"blurred")
    desk.page(SELLER, old.file_id)

    new = desk.upload(make.SELLER, data=b"sharp", replaces=old.file_id)

    assert files(desk) == [new.file_id]
    desk.sweep(make.service_call_of("contract"))
    assert [key for key in desk.uploads.kept if old.file_id in key] == []
    assert [key for key in desk.uploads.kept if new.file_id in key]


def test_a_file_taken_away_is_gone_with_its_pictures(desk: Uploading) -> None:
    kept = desk.upload(make.SELLER)
    desk.page(SELLER, kept.file_id)

    desk.remove(make.SELLER, kept.file_id)

    with pytest.raises(CaseNotFound):
        desk.download(SELLER, kept.file_id)
    with pytest.raises(CaseNotFound):
        desk.remove(make.SELLER, kept.file_id)
    desk.sweep(make.service_call_of("contract"))
    assert not desk.uploads.kept


def test_an_upload_nobody_took_is_deleted_after_an_hour(desk: Uploading) -> None:
    desk.uploads.send(b"old", "old")
    desk.world.at += dt.timedelta(minutes=61)
    desk.uploads.send(b"new", "new", desk.world.at)

    assert desk.sweep(make.service_call_of("contract")) == 1

    assert list(desk.uploads.incoming) == ["new"]


def test_files_of_somebody_who_left_go_after_a_day(desk: Uploading) -> None:
    world = desk.world
    world.save_side(Side.BUYER, make.BUYER, make.BUYER_2)
    desk.upload(make.BUYER, data=b"theirs", of=make.BUYER_2)
    desk.upload(make.BUYER, data=b"mine")
    typed = (make.typed(make.BUYER),)
    message = SaveParties(case_no=world.case.no, revision=world.case.revision, side=Side.BUYER, parties=typed)
    world.save_parties(message, BUYER)

    desk.sweep(make.service_call_of("contract"))
    assert len(desk.uploads.kept) == 2
    world.at += dt.timedelta(hours=25)
    desk.sweep(make.service_call_of("contract"))

    assert list(desk.uploads.kept.values()) == [b"clean mine"]
    assert all(one.person_id != make.BUYER_2.person_id for one in world.case.files)


# ---- who sees ------------------------------------------------------------------------------------------------------
def test_files_are_seen_by_their_own_side_alone(desk: Uploading) -> None:
    kept = desk.upload(make.SELLER)

    assert (
        desk.download(SELLER, kept.file_id).link == f"link:contract/materials/{desk.world.case.no}/{kept.file_id}.jpg"
    )
    for stranger in (BUYER, make.call_of(make.STRANGER), REVIEWER, make.service_call_of("review")):
        with pytest.raises(CaseNotFound):
            desk.download(stranger, kept.file_id)
        with pytest.raises(CaseNotFound):
            desk.page(stranger, kept.file_id)


def test_the_other_side_sees_that_it_is_there(desk: Uploading) -> None:
    desk.upload(make.SELLER)

    row = desk.listed(BUYER)["SELLER_MAIN", "other"]

    assert (row.status, row.files, row.may_upload) == ("DONE", (), False)
    assert desk.listed(SELLER)["SELLER_MAIN", "other"].may_upload


@pytest.mark.parametrize("office", ["huangshi-housing", "elsewhere"])
def test_the_office_sees_files_once_they_are_submitted(office: str) -> None:
    world = World()
    desk = Uploading(world)
    world.signed()
    kept = desk.upload(make.SELLER)
    call: Call = make.staff_call(office)
    with pytest.raises(CaseNotFound):
        desk.download(call, kept.file_id)

    world.submit()

    if office == "elsewhere":
        with pytest.raises(CaseNotFound):
            desk.download(call, kept.file_id)
    else:
        assert desk.download(call, kept.file_id).size == len(b"clean paper")
        assert desk.page(call, kept.file_id).media_type == "image/jpeg"


def test_names_of_downloads_say_nothing_about_people(desk: Uploading) -> None:
    kept = desk.upload(make.SELLER)

    number = desk.world.case.no.number
    assert desk.download(SELLER, kept.file_id).file_name == f"other_{number}_{kept.file_id[-8:]}.jpg"


def test_a_page_is_drawn_once_for_each_size(desk: Uploading) -> None:
    kept = desk.upload(make.SELLER)

    first, again = desk.page(SELLER, kept.file_id), desk.page(SELLER, kept.file_id)
    desk.page(SELLER, kept.file_id, longest=1080)

    assert first == again
    assert desk.inspection.drawn == [(1, 320), (1, 1080)]
