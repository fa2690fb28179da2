"""A sale by an enterprise: one seller, who acts for it as its legal representative, and two buyers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from deploy.demo.agreed import agreed_terms
from deploy.demo.materials import upload_required
from deploy.demo.people import CITY, Citizen
from deploy.demo.sale import Cast, Sale
from deploy.demo.stage import Stage
from services.property.domain.owners import EnterpriseOwner
from tests.support.hints_as_typed import enterprises_titles
from tests.support.journey import quiet


@dataclass
class EnterpriseCast(Cast):
    """There is no second seller: `seller_co_owner` is the representative himself, and signs once."""

    @property
    def citizens(self) -> tuple[Citizen, ...]:
        return (self.seller, self.buyer, self.buyer_co_owner)


@dataclass
class EnterpriseSale(Sale):
    """The same sale, whose seller is named by the register as `enterprise`."""

    enterprise: EnterpriseOwner | None = None

    @property
    def company(self) -> dict[str, str]:
        """The two under which a buyer looks for the case."""
        assert self.enterprise is not None
        return {"seller_name": str(self.enterprise.name), "seller_id_number": str(self.enterprise.uscc)}

    def search(self) -> None:
        """By the 统一社会信用代码, asked by the legal representative."""
        seller, company = self.cast.seller, self.company
        seller.consent(self._notice("须知"), "NOTICE")
        body = {
            "city": CITY,
            "certificate_no": self.cast.certificate_no,
            "owner_name": company["seller_name"],
            "owner_id_number": company["seller_id_number"],
        }
        (found,) = seller.client.post("/v1/title-searches", body)["titles"]
        self.title_id = found["title_id"]
        version = self._notice("须知")["version"]
        proof = seller.prove("OPEN_CASE")
        opening = {"city": CITY, "title_id": self.title_id, "proof": proof, "notice_version": version}
        self.case = seller.client.post("/v1/cases", opening)

    def party(self) -> dict[str, Any]:
        """The representative as he enters himself: nobody asks an enterprise whether it is married."""
        return {name: value for name, value in self.cast.seller.party().items() if name != "marital"}

    def publish(self) -> None:
        """Without its papers: those are brought by `bring_papers`."""
        self._put(self.cast.seller, "parties/seller", {"parties": [self.party()]})
        self.save_terms()

    def bring_papers(self) -> int:
        """营业执照, 法定代表人身份证明, 不动产权证书; returns how many."""
        return upload_required(self.cast.seller.client, self.path)

    def save_terms(self, **other: Any) -> None:
        """Money goes to the enterprise's own account."""
        account = {**agreed_terms(self.cast.seller)["seller_account"], "holder": self.company["seller_name"]}
        super().save_terms(**{"seller_account": account, **other})

    def join(self) -> None:
        buyer, version = self.cast.buyer, self._notice("须知")["version"]
        buyer.consent(self._notice("须知"), "NOTICE")
        found = buyer.client.post("/v1/cases/lookup", {"city": CITY, "number": self.case["number"], **self.company})
        body = {**self.company, "proof": buyer.prove("JOIN_CASE"), "notice_version": version}
        self.case = buyer.client.post(f"/v1/cases/{found['case_no']}/buyer", body)

    def acknowledge(self) -> None:
        """Everybody reads what the register notes on the house and concerns them."""
        for one in self.cast.citizens:
            for note in self.view(one)["warnings"]:
                if note["mine_to_acknowledge"]:
                    body = {name: note[name] for name in ("reason", "text_id", "text_version")}
                    one.client.post(f"{self.path}/acknowledgements", body)

    def confirm(self) -> None:
        self.acknowledge()
        for one in (self.cast.buyer, self.cast.buyer_co_owner):
            self.case = one.client.post(f"{self.path}/confirmations", {"version": self.view(one)["version"]})
        self.wait_state("READY_TO_SIGN")


def enterprise_sale(stage: Stage, which: int = 0) -> EnterpriseSale:
    """The people, and a seeded title that an enterprise owns; nothing has happened yet."""
    cast, title = stage.cast(with_face=False), enterprises_titles()[which]
    (enterprise,) = title.enterprises
    acting = enterprise.representative
    seller = replace(cast.seller, name=str(acting.name), id_number=str(acting.id_number), read=set(), used=[])
    parts = {**vars(cast), "seller": seller, "seller_co_owner": seller, "certificate_no": str(title.certificate_no)}
    return EnterpriseSale(EnterpriseCast(**parts), quiet, enterprise=enterprise)
