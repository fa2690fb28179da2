"""The sale in the client's README is carried by exactly the lines printed there."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import pytest

import clients.python.guohu_client as package
from deploy.demo.agreed import agreed_terms
from deploy.demo.handwriting import signature
from deploy.demo.materials import picture
from deploy.demo.people import CITY, Citizen
from deploy.demo.sale import Sale
from deploy.demo.stage import Stage
from services.common.messages.property import ListSeededTitles
from tests.support.journey import quiet

pytestmark = pytest.mark.journey
README = Path(package.__file__).parents[1] / "README.md"


def printed_code() -> dict[str, Any]:
    """Return what the lines of the README define."""
    block = re.search(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert block
    defined: dict[str, Any] = {}
    sys.modules.setdefault("guohu_client", package)
    exec(compile(block[1], str(README), "exec"), defined)
    return defined


def test_the_sale_of_the_readme_ends_with_the_filed_contract(stage: Stage) -> None:
    code, sale = printed_code(), Sale(stage.cast(with_face=False), quiet)
    cast, read = sale.cast, set[str]()
    title = stage.ask(ListSeededTitles(city=CITY, owners=1, limit=100)).titles[-1]
    owner, cast.certificate_no = title.owners[0], str(title.certificate_no)
    cast.seller.name, cast.seller.id_number = str(owner.name), str(owner.id_number)

    def read_sms(mobile: str, pattern: str) -> str:
        message_id, found = cast.operator.newest(mobile, pattern, read)
        read.add(message_id)
        return found

    def read_code(mobile: str) -> str:
        return read_sms(mobile, r"验证码(\d{6})")

    def read_link(mobile: str) -> str:
        return "https://example.test/s/" + read_sms(mobile, r"/s/([A-Za-z0-9_-]{40,50})")

    def entered(one: Citizen) -> Any:
        cast.clerk.client.do("check_at_counter", body={"name": one.name, "id_number": one.id_number})
        return code["enter"](stage.base_url, one.party(), read_code)

    seller, buyer = cast.seller.party(), cast.buyer.party()
    clients = [entered(cast.seller), entered(cast.buyer)]
    photograph = lambda row: picture(row["material_id"])  # noqa: E731 - as the README calls it
    case = code["sell"](clients[0], seller, cast.certificate_no, [seller], agreed_terms(cast.seller), photograph)
    code["buy"](clients[1], seller, case.at.number, [buyer], photograph)
    reviewed = _reviewed(sale, case)

    pdf = code["finish"](reviewed, list(zip(clients, (seller, buyer), strict=True)), read_link, signature)

    assert pdf.startswith(b"%PDF")
    assert case.view()["state"] == "PUSHED"


def _reviewed(sale: Sale, case: Any) -> Any:
    """Have the office approve as soon as the case is submitted."""
    sale.case = dict(vars(case.at))
    submit = case.submit

    def submitted() -> Any:
        done = submit()
        sale.review_id = package.wait_for(sale._queued, "the submission in the queue")
        sale.claim()
        body = {"review_id": sale.review_id, "decision": "APPROVE"}
        sale.cast.reviewer.client.do("decide", body=body)
        return done

    case.submit = submitted
    return case
