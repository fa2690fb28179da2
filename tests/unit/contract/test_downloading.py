"""Who downloads what where (decision 17): nothing before all have signed, 未备案 until the filing, kept in every end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from services.common.messages.contract import ApplyCancellation, DownloadContract, RescindCase, RevokeCase
from services.common.messages.identity import Person
from services.common.messages.review import FilingCancelled, ReviewRejected, ReviewReturned
from services.contract.domain.errors import ActBarred, CaseNotFound
from tests.support import contract_builders as make
from tests.support.contract_world import World

UNFILED, FILED, CANCELLED = "未备案", "42HS20261122000001", "42HS20261122000001_备案已注销"


def revoked(world: World) -> None:
    world.signing()
    world.revoke_case(RevokeCase(case_no=world.case.no, reason="不卖了"), make.call_of(make.SELLER))


def rescinded(world: World) -> None:
    world.signed()
    for one in (make.SELLER, make.BUYER):
        world.rescind_case(RescindCase(case_no=world.case.no), make.call_of(one))


def expired(world: World) -> None:
    world.generated()
    for days in (24, 7):
        world.at += dt.timedelta(days=days)
        world.keep_deadlines(make.service_call_of("contract"))


def returned(world: World) -> None:
    world.submitted()
    world.review(ReviewReturned(case_no=world.case.no, review_id="v1", items=()))


def rejected(world: World) -> None:
    world.submitted()
    world.review(ReviewRejected(case_no=world.case.no, review_id="v1", reason="不符", remedies="复议"))


def filing(world: World) -> None:
    world.submitted()
    world.approved()


def filed(world: World) -> None:
    filing(world)
    world.sealed()


def pending(world: World) -> None:
    filed(world)
    for one in (make.SELLER, make.BUYER):
        proof = f"CANCEL_FILING:{one.person_id}:c-{one.name.value}"
        world.apply_cancellation(
            ApplyCancellation(case_no=world.case.no, proof=proof, ground="AGREED", judgment=None), make.call_of(one)
        )


def cancelled(world: World) -> None:
    pending(world)
    world.review(FilingCancelled(case_no=world.case.no, review_id="c1", filing_no=FILED, cancelled_at=world.at))


STATES: list[tuple[str, Callable[[World], object], str]] = [
    ("SIGNING", World.signing, ""),
    ("SIGNED", World.signed, UNFILED),
    ("SUBMITTED", World.submitted, UNFILED),
    ("RETURNED", returned, UNFILED),
    ("FILING", filing, UNFILED),
    ("FILED", filed, FILED),
    ("CANCEL_PENDING", pending, FILED),
    ("REVOKED", revoked, ""),
    ("REVOKED", rescinded, UNFILED),
    ("REJECTED", rejected, UNFILED),
    ("EXPIRED", expired, ""),
    ("CANCELLED", cancelled, CANCELLED),
]


def name_for(world: World, who: Person) -> str:
    answer = world.download_contract(DownloadContract(case_no=world.case.no), make.call_of(who))
    return answer.file_name


@pytest.mark.parametrize(("state", "carry", "suffix"), STATES, ids=[f"{one[0]}-{one[1].__name__}" for one in STATES])
def test_both_sides_download_from_the_last_signature_on_and_in_every_end_after_it(
    state: str, carry: Callable[[World], object], suffix: str
) -> None:
    world = World()
    carry(world)
    assert world.case.state == state

    for who in (make.SELLER, make.BUYER):
        if suffix:
            assert name_for(world, who) == f"存量房买卖合同_{world.case.no.number}_{suffix}.pdf"
        else:
            with pytest.raises(ActBarred, match=r"contract\.not_all_signed"):
                name_for(world, who)
    with pytest.raises(CaseNotFound):
        name_for(world, make.STRANGER)
