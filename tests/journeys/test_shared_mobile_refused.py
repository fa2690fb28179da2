"""A city that refuses shared mobiles (decision 5), on a stack of its own whose profile says so; the cautious city is in `test_case_refusals`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.demo.sale import Sale
from tests.support.journey import Refusal, carried_to, refused, stage_where

pytestmark = pytest.mark.journey


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[Sale]:
    """A sale whose seller has opened the case, where every signer needs a mobile of his own."""
    with stage_where("shared_mobile: REFUSE", instead="shared_mobile: WARN", folder=tmp_path) as stage:
        yield carried_to(stage, "search")


def test_where_the_city_refuses_it_two_signers_cannot_share_a_mobile(strict: Sale) -> None:
    seller, other = strict.cast.seller, strict.cast.seller_co_owner
    match = {"If_Match": f'"{strict.view(seller)["revision"]}"'}
    path = f"{strict.path}/parties/seller"

    found = refused(
        seller.client, "PUT", path, {"parties": [seller.party(), {**other.party(), "mobile": seller.mobile}]}, **match
    )

    assert found == Refusal(
        422,
        "contract.mobile_duplicate",
        "当事人手机号重复，每位签署人须填写本人的手机号。",
        "Two parties have the same mobile; each signer gives their own.",
    )
    assert strict.view(seller)["cautions"] == []
    seller.client.put(
        path,
        {"parties": [seller.party(), other.party()]},
        headers={"If-Match": f'"{strict.view(seller)["revision"]}"'},
    )
