"""One sale carried step by step as the Huangshi manual numbers it, each person on an own phone, by the client apps use.

Every step keeps what its people were shown. A step that was not reached yet is reached with all before it, so that each test of the
manual can be run alone.
"""

from __future__ import annotations

import secrets
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from clients.python.guohu_client import Cases, IdentityCheck, OpenCase, Refused, Sessions, wait_for
from clients.python.guohu_client.identity import enrol_portrait
from deploy.demo.materials import upload_required
from deploy.demo.people import CITY, Citizen
from deploy.demo.sale import Sale
from deploy.demo.stage import Stage
from tests.support.journey import quiet

STEPS = (
    "enter",
    "seller_1_create",
    "seller_2_notice_and_face",
    "seller_3_title",
    "seller_4_upload",
    "seller_4_fill_in",
    "buyer_1_look",
    "buyer_2_notice_and_identity",
    "buyer_3_find_and_upload",
    "buyer_3_fill_in_and_generate",
    "buyer_3_confirm",
    "sign",
    "submit",
    "review",
    "download",
)


def words_of(pdf: bytes) -> str:
    """Return the text of a PDF."""
    return subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()  # noqa: S607


@dataclass
class Walk:
    """The sale and what its people saw, by step."""

    stage: Stage
    sale: Sale = field(init=False)
    seen: dict[str, Any] = field(default_factory=dict)
    _done: list[str] = field(default_factory=list)

    def to(self, step: str) -> dict[str, Any]:
        """Carry everything up to and with that step; return what was seen in it."""
        for name in STEPS[: STEPS.index(step) + 1]:
            if name not in self._done:
                act: Callable[[], Any] = getattr(self, f"_{name}")
                self.seen[name] = act()
                self._done.append(name)
        found: dict[str, Any] = self.seen[step]
        return found

    @property
    def seller(self) -> Citizen:
        return self.sale.cast.seller

    @property
    def buyer(self) -> Citizen:
        return self.sale.cast.buyer

    def case_of(self, one: Citizen) -> OpenCase:
        """The case in that person's hands, read anew."""
        return Cases(one.client, CITY).at(self.sale.case["case_no"])

    def mine(self, one: Citizen) -> dict[str, Any]:
        """That person's line of 我的合同."""
        rows = {row["case_no"]: row for row in Cases(one.client, CITY).mine()}
        return rows[self.sale.case["case_no"]]

    # ---- 一 --------------------------------------------------------------------------------------------------------
    def _enter(self) -> dict[str, Any]:
        self.sale = Sale(self.stage.cast(), quiet)
        anyone = self.sale.cast.anyone
        seen = {
            "city": anyone.read("show_city", city=CITY),
            "code": anyone.do("show_entry_png", city=CITY).content,
            "found": anyone.read("search_services", query={"name": "卖家"}, city=CITY)["services"],
        }
        for one in (self.sale.cast.seller_co_owner, self.sale.cast.buyer_co_owner):
            one.password = secrets.token_urlsafe(12)
        self.sale.sign_up()
        return seen

    # ---- 二 (一) 卖方 ----------------------------------------------------------------------------------------------
    def _seller_1_create(self) -> dict[str, Any]:
        menu = [one for section in self.seen["enter"]["city"]["menu"] for one in section["items"]]
        sell = next(one for one in menu if one["opens"] == "SELL")
        kind = self.sale.cast.anyone.read(
            "show_business_type", office=self.sale.office, business_type=sell["business_type"]
        )
        return {"menu": menu, "kind": kind}

    def _seller_2_notice_and_face(self) -> dict[str, Any]:
        notice = self.sale._notice("须知")
        self.seller.consent(notice, "NOTICE")
        self.seller.consent(self.sale._notice("人脸"), "FACE")
        if self.seller.face is not None:
            enrol_portrait(self.seller.client, self.seller.face.card.read_bytes())
            self.seller.enrolled = True
        offered = IdentityCheck.start(self.seller.client, "OPEN_CASE").methods
        proof = self.seller.prove("OPEN_CASE")
        return {"notice": notice, "methods": offered, "proof": proof, "used": list(self.seller.used)}

    def _seller_3_title(self) -> dict[str, Any]:
        cases, seller = Cases(self.seller.client, CITY), self.seller
        titles = cases.search_title(self.sale.cast.certificate_no, seller.name, seller.id_number)
        step = self.seen["seller_2_notice_and_face"]
        self.sale.title_id = titles[0]["title_id"]
        opened = cases.open(self.sale.title_id, proof=step["proof"], notice_version=step["notice"]["version"])
        self.sale.case = dict(vars(opened.at))
        return {"titles": titles, "opened": opened.at, "view": opened.view()}

    def _seller_4_upload(self) -> dict[str, Any]:
        case = self.case_of(self.seller)
        parties = [self.seller.party(), self.sale.cast.seller_co_owner.party()]
        case.save_parties("seller", parties)
        before = case.materials()
        sent = upload_required(self.seller.client, self.sale.path)
        return {
            "before": before["materials"],
            "sent": sent,
            "after": case.materials()["materials"],
            "view": case.view(),
        }

    def _seller_4_fill_in(self) -> dict[str, Any]:
        draft = self.mine(self.seller)["state"]
        self.sale.case = dict(vars(self.case_of(self.seller).at))
        self.sale.save_terms()
        case = self.case_of(self.seller)
        return {
            "before": draft,
            "view": case.view(),
            "preview": words_of(case.preview()),
            "mine": self.mine(self.seller),
            "co_owner": self.mine(self.sale.cast.seller_co_owner),
        }

    # ---- 二 (二) 买方 ----------------------------------------------------------------------------------------------
    def _buyer_1_look(self) -> dict[str, Any]:
        menu = self.seen["seller_1_create"]["menu"]
        found = Cases(self.buyer.client, CITY).find(self.seller.name, self.seller.id_number, self.sale.case["number"])
        return {"menu": [one["name"] for one in menu if one["opens"] == "BUY"], "found": found}

    def _buyer_2_notice_and_identity(self) -> dict[str, Any]:
        notice = self.sale._notice("须知")
        self.buyer.consent(notice, "NOTICE")
        return {"notice": notice, "proof": self.buyer.prove("JOIN_CASE"), "used": list(self.buyer.used)}

    def _buyer_3_find_and_upload(self) -> dict[str, Any]:
        cases, seller, step = Cases(self.buyer.client, CITY), self.seller, self.seen["buyer_2_notice_and_identity"]
        found = cases.find(seller.name, seller.id_number, self.sale.case["number"])
        case = cases.join(
            found["case_no"],
            seller.name,
            seller.id_number,
            proof=step["proof"],
            notice_version=step["notice"]["version"],
        )
        case.save_parties("buyer", [self.buyer.party(), self.sale.cast.buyer_co_owner.party()])
        sent = upload_required(self.buyer.client, self.sale.path)
        return {"found": found, "sent": sent, "after": case.materials()["materials"], "view": case.view()}

    def _buyer_3_fill_in_and_generate(self) -> dict[str, Any]:
        case = self.case_of(self.buyer)
        case.save_parties("buyer", [self.buyer.party(), self.sale.cast.buyer_co_owner.party()])
        generated = case.generate()
        return {"generated": generated, "view": case.view(), "text": words_of(case.preview())}

    def _buyer_3_confirm(self) -> dict[str, Any]:
        """The buyer, then each co-owner, who signs in anew for it; between them the start of signing is tried."""
        cast, early, views = self.sale.cast, [], []
        for one in (cast.buyer, cast.buyer_co_owner, cast.seller_co_owner):
            early.append(self._refused(self.case_of(self.seller).start_signing))
            if one is not cast.buyer:
                Sessions(one.client).sign_out()
                one.sign_in_by_password()
                views.append(self.mine(one))
            self.case_of(one).confirm()
        self.sale.wait_state("READY_TO_SIGN")
        return {"early": early, "found_by_co_owners": views, "view": self.case_of(self.seller).view()}

    @staticmethod
    def _refused(act: Callable[[], object]) -> str:
        """The code an act is refused with; empty where it is not."""
        try:
            act()
        except Refused as refused:
            return refused.code
        return ""

    # ---- 三 to 六 --------------------------------------------------------------------------------------------------
    def _sign(self) -> dict[str, Any]:
        self.case_of(self.seller).start_signing()
        self.sale.wait_state("SIGNING")
        links = [self.sale.newest_link(one)[1] for one in self.sale.cast.citizens]
        early = self._refused(self.case_of(self.seller).submit)
        self.sale.sign_all()
        case = self.case_of(self.seller)
        alone = self._refused(lambda: case.revoke("另有安排，不再出售"))
        signed = words_of(self.case_of(self.buyer).contract())
        return {"links": links, "early": early, "alone": alone, "view": case.view(), "text": signed}

    def _submit(self) -> dict[str, Any]:
        by_buyer = self._refused(self.case_of(self.buyer).submit)
        self.sale.submit()
        waiting = self.case_of(self.seller).view()
        self.sale.claim()
        self.sale.wait_state("REVIEWING")
        return {"by_buyer": by_buyer, "waiting": waiting, "claimed": self.case_of(self.seller).view()}

    def _review(self) -> dict[str, Any]:
        reviewer = self.sale.cast.reviewer.client
        read = reviewer.do("download_contract", case=self.sale.case["case_no"]).content
        reviewer.do("decide", body={"review_id": self.sale.review_id, "decision": "APPROVE"})
        self.sale.wait_state("PUSHED")
        return {"read": read, "view": self.case_of(self.seller).view()}

    def _download(self) -> dict[str, Any]:
        copies = [self.case_of(one).contract() for one in self.sale.cast.citizens]
        name = self.seller.client.do("download_contract", case=self.sale.case["case_no"]).headers["Content-Disposition"]
        return {"copies": copies, "name": name, "mine": self.mine(self.seller)}


def status(view: dict[str, object], name: str) -> str:
    """Return how far a step shown at the top is."""
    steps: list[dict[str, str]] = view["steps"]  # type: ignore[assignment]
    return next(one["status"] for one in steps if one["name"] == name)


def note(view: dict[str, object]) -> str:
    """Return what stands beside the last step."""
    steps: list[dict[str, str]] = view["steps"]  # type: ignore[assignment]
    return steps[-1]["note"]


def told(walk: Walk, one: Citizen, words: str) -> None:
    """Wait until a message with these words has gone to that phone."""
    operator = walk.sale.cast.operator.client

    def look() -> bool:
        found = operator.read("look_up_messages", body={"mobile": one.mobile, "limit": 50})
        return any(words in message["text"] for message in found["messages"])

    wait_for(look, f"a message saying {words}")
