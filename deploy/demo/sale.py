"""The sale itself, phase by phase: two co-owning sellers, two co-owning buyers, each with an own account and phone."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from clients.python.guohu_client import Client, Refused, SigningTask, wait_for
from deploy.demo.agreed import agreed_holding, agreed_terms, today
from deploy.demo.handwriting import picture, signature
from deploy.demo.materials import upload_required
from deploy.demo.people import CITY, Citizen, Operator, Staff

PHASES = ("sign-up", "search", "edit", "confirm", "sign", "review", "seal", "push")
DOCUMENT = "sale_contract"
LEASE = dt.timedelta(days=180)


@dataclass
class Cast:
    """Who takes part."""

    seller: Citizen
    seller_co_owner: Citizen
    buyer: Citizen
    buyer_co_owner: Citizen
    operator: Operator
    clerk: Staff
    reviewer: Staff
    anyone: Client
    certificate_no: str

    @property
    def citizens(self) -> tuple[Citizen, ...]:
        """All who sign, sellers first."""
        return (self.seller, self.seller_co_owner, self.buyer, self.buyer_co_owner)

    @property
    def at_counter(self) -> tuple[Citizen, ...]:
        """All who have themselves checked at the counter for some act."""
        acts = {"seller": ("OPEN_CASE", "SIGN"), "buyer": ("JOIN_CASE", "SIGN")}
        mains = {id(self.seller): acts["seller"], id(self.buyer): acts["buyer"]}
        return tuple(
            one for one in self.citizens if any(one.way(act) == "COUNTER" for act in mains.get(id(one), ("SIGN",)))
        )


@dataclass
class Sale:
    """Carries the sale on; `tell` is called with each phase as it begins."""

    cast: Cast
    tell: Callable[[str, str], None]
    office: str = ""
    notices: dict[str, dict[str, Any]] = field(default_factory=dict)
    title_id: str = ""
    case: dict[str, Any] = field(default_factory=dict)
    review_id: str = ""
    seconds: dict[str, float] = field(default_factory=dict)

    def run(self) -> dict[str, Any]:
        """All phases in order; returns the case as its seller sees it at the end."""
        acts = (self.sign_up, self.search, self.edit, self.confirm, self.sign, self.review, self.seal, self.push)
        for phase, act in zip(PHASES, acts, strict=True):
            begun = time.monotonic()
            self.tell(phase, "begins")
            act()
            self.seconds[phase] = round(time.monotonic() - begun, 2)
            self.tell(phase, f"{self.seconds[phase]:.1f} s")
        return self.view(self.cast.seller)

    def sign_up(self) -> None:
        """Staff sign in; four people register and sign in at the same time; the clerk checks those who come to the counter."""
        self._read_texts()
        self._together(Citizen.arrive)
        for one in self.cast.at_counter:
            self.cast.clerk.client.post("/v1/counter/identity-checks", {"name": one.name, "id_number": one.id_number})

    def _read_texts(self) -> None:
        cities = self.cast.anyone.get("/v1/cities")["cities"]
        office = next(one for one in cities if one["city"] == CITY)["offices"][0]
        self.office, kind = office["office_id"], office["business_types"][0]
        texts = self.cast.anyone.get(f"/v1/offices/{self.office}/business-types/{kind}")["notices"]
        self.notices = {one["text_id"]: one for one in texts}

    def _notice(self, word: str) -> dict[str, Any]:
        return next(one for one in self.notices.values() if word in one["title"])

    def search(self) -> None:
        """房源核验 by the seller, after notice and face check."""
        seller = self.cast.seller
        seller.consent(self._notice("须知"), "NOTICE")
        seller.consent(self._notice("人脸"), "FACE")
        body = {
            "city": CITY,
            "certificate_no": self.cast.certificate_no,
            "owner_name": seller.name,
            "owner_id_number": seller.id_number,
        }
        found = seller.client.post("/v1/title-searches", body)["titles"]
        self.title_id = next(one["title_id"] for one in found if one["saleable"])
        proof = seller.prove("OPEN_CASE")
        version = self._notice("须知")["version"]
        body = {"city": CITY, "title_id": self.title_id, "proof": proof, "notice_version": version}
        self.case = seller.client.post("/v1/cases", body)

    def edit(self) -> None:
        """Both sides enter their data; the buyer finds the case by name, ID number and case number, and generates the contract."""
        self.publish()
        self.join()
        self.generate()

    def publish(self) -> None:
        """The seller enters persons and terms: a complete save shows the case to the buyer."""
        seller = self.cast.seller
        self._put(seller, "parties/seller", {"parties": [seller.party(), self.cast.seller_co_owner.party()]})
        self.save_terms()
        upload_required(seller.client, self.path)

    def join(self) -> None:
        """我是买家: found by any seller's name, ID number and the case number, joined after an identity check."""
        seller, buyer = self.cast.seller, self.cast.buyer
        triple = {"seller_name": seller.name, "seller_id_number": seller.id_number}
        buyer.consent(self._notice("须知"), "NOTICE")
        found = buyer.client.post("/v1/cases/lookup", {"city": CITY, "number": self.case["number"], **triple})
        proof = buyer.prove("JOIN_CASE")
        body = {**triple, "proof": proof, "notice_version": self._notice("须知")["version"]}
        self.case = buyer.client.post(f"/v1/cases/{found['case_no']}/buyer", body)

    def generate(self) -> None:
        """The buyers' data, then 生成电子合同."""
        buyer = self.cast.buyer
        parties = [buyer.party(), self.cast.buyer_co_owner.party()]
        self._put(buyer, "parties/buyer", {"parties": parties, "holding": agreed_holding(buyer)})
        upload_required(buyer.client, self.path)
        self.case = buyer.client.post(f"{self.path}/documents", headers=self._match())

    def save_terms(self, **other: str) -> None:
        """What is agreed; where the register knows of a lease, its end is asked for, and the tenant does not want to buy."""
        terms = {**agreed_terms(self.cast.seller), **other}
        try:
            self._put(self.cast.seller, "terms", terms)
        except Refused as refused:
            if "contract.lease_registered" not in {one.code for one in refused.fields}:
                raise
            self._put(
                self.cast.seller,
                "terms",
                {**terms, "leased": True, "lease_until": str(today() + LEASE), "tenant_waived": True},
            )

    def confirm(self) -> None:
        """确认合同 by the buyer and both co-owners, each on an own phone."""
        for one in (self.cast.buyer, self.cast.buyer_co_owner, self.cast.seller_co_owner):
            version = self.view(one)["version"]
            self.case = one.client.post(f"{self.path}/confirmations", {"version": version})
        self.wait_state("READY_TO_SIGN", "SIGNING")

    def sign(self) -> None:
        """The seller starts signing; all four follow their SMS links, prove who they are, read, and sign at the same time."""
        self.start_signing()
        self.sign_all()

    def start_signing(self) -> None:
        """发起签署: the text is fixed from now on."""
        version = self.view(self.cast.seller)["version"]
        self.case = self.cast.seller.client.post(f"{self.path}/signing", {"version": version})
        self.wait_state("SIGNING")

    def sign_all(self) -> None:
        """All four at the same time, each on an own phone."""
        self._together(self._sign_one)
        self.wait_state("SIGNED")

    def _sign_one(self, one: Citizen) -> None:
        path = self.open_task(one)
        self.read_documents(one, path)
        self.sign_task(one, path)

    def open_task(self, one: Citizen) -> str:
        """Follow the newest link and prove who one is; returns the task's path."""
        message_id, token = self.newest_link(one)
        one.read.add(message_id)
        path = f"/v1/signing-tasks/{token}"
        self.task(one, path).identify(one.prove("SIGN", token))
        return path

    def newest_link(self, one: Citizen) -> tuple[str, str]:
        """The SMS that invites to sign and was not followed yet: its id, and the token of the link in it."""
        return self.cast.operator.newest(one.mobile, r"/s/([A-Za-z0-9_-]{40,50})", one.read)

    def read_documents(self, one: Citizen, path: str) -> None:
        """Open every document of a task."""
        self.task(one, path).read_all()

    def sign_task(self, one: Citizen, path: str) -> None:
        """签署提交, by hand, of the documents as they were shown: strokes of a canvas, or its picture."""
        task = self.task(one, path)
        if one is self.cast.buyer_co_owner:
            task.sign_picture(picture(one.name))
        else:
            task.sign_drawn(signature(one.name))

    @staticmethod
    def task(one: Citizen, path: str) -> SigningTask:
        """The task behind a path, in that person's hands."""
        return SigningTask.of_link(one.client, path)

    def review(self) -> None:
        """The seller submits; the reviewer finds it in the queue, claims it, looks, approves."""
        self.submit()
        self.claim()
        reviewer = self.cast.reviewer.client
        reviewer.bytes(f"{self.path}/documents/contract")
        reviewer.post("/v1/review/decisions", {"review_id": self.review_id, "decision": "APPROVE"})

    def submit(self) -> None:
        """提交合同, and wait until it is in the queue."""
        self.case = self.cast.seller.client.post(f"{self.path}/submission")
        self.wait_state("REVIEWING", "SUBMITTED")
        self.review_id = wait_for(self._queued, "the submission in the queue")

    def claim(self) -> None:
        """The reviewer takes it."""
        self.cast.reviewer.client.post("/v1/review/claims", {"review_id": self.review_id})

    def _queued(self) -> str | None:
        cursor = ""
        while True:
            page = self.cast.reviewer.client.get(
                "/v1/review/queue", params={"state": "QUEUED", "limit": 100, "cursor": cursor}
            )
            for one in page["items"]:
                if one["case_no"] == self.case["case_no"]:
                    return str(one["review_id"])
            cursor = page["next_cursor"]
            if not cursor:
                return None

    def seal(self) -> None:
        """Seal and long-term data are put in."""
        self.wait_state("FILED", "PUSHED")

    def push(self) -> None:
        """The register acknowledges."""
        self.wait_state("PUSHED")

    @property
    def path(self) -> str:
        """Of the case."""
        return f"/v1/cases/{self.case['case_no']}"

    def view(self, one: Citizen) -> dict[str, Any]:
        """The case as that person sees it."""
        found: dict[str, Any] = one.client.get(self.path)
        return found

    def wait_state(self, *states: str) -> dict[str, Any]:
        """Wait until the case is in one of these states."""

        def look() -> dict[str, Any] | None:
            case = self.view(self.cast.seller)
            return case if case["state"] in states else None

        self.case = {**self.case, **wait_for(look, f"state {' or '.join(states)}")}
        return self.case

    def _match(self) -> dict[str, str]:
        return {"If-Match": f'"{self.case["revision"]}"'}

    def _put(self, one: Citizen, part: str, body: dict[str, Any]) -> None:
        self.case = one.client.put(f"{self.path}/{part}", body, headers=self._match())

    def _together(self, act: Callable[[Citizen], Any]) -> None:
        with ThreadPoolExecutor(len(self.cast.citizens)) as crew:
            for done in [crew.submit(act, one) for one in self.cast.citizens]:
                done.result()
