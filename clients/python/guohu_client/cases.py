"""Cases as their people act on them: searching the title, opening, finding, joining, filling in, generating, confirming, submitting.

Decides nothing about who may: the server says it in `allowed_acts`. Keeps the revision for the next edit: where somebody else
changed the case meanwhile, an edit raises Stale, and the app reads again and shows what changed. Every act takes `key`, that of a
`NoAnswer`: the same act again, which then happens once.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

from .client import Client
from .downloads import download
from .paging import pages

UNSAID = "application/octet-stream"


@dataclass(frozen=True)
class CaseReference:
    """Where a case stands after an act. `number` is what people see and type (业务编号), `case_no` the key in paths."""

    case_no: str
    number: str
    state: str
    revision: int
    version: int

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> CaseReference:
        """Read the server's answer, short or long."""
        return cls(told["case_no"], told["number"], told["state"], told["revision"], told["version"])


@dataclass(frozen=True)
class Cases:
    """All of one person's cases in one city."""

    client: Client
    city: str

    def search_title(self, certificate_no: str, owner_name: str, owner_id: str) -> list[dict[str, Any]]:
        """房源核验; `barred_by` of a title says why it cannot be sold now."""
        body = {
            "city": self.city,
            "certificate_no": certificate_no,
            "owner_name": owner_name,
            "owner_id_number": owner_id,
        }
        found: list[dict[str, Any]] = self.client.read("search_titles", body=body)["titles"]
        return found

    def open(self, title_id: str, *, proof: str, notice_version: str, key: str = "") -> OpenCase:
        """创建合同, by a proof for OPEN_CASE."""
        body = {"city": self.city, "title_id": title_id, "proof": proof, "notice_version": notice_version}
        return OpenCase(self.client, CaseReference.of(self.client.read("open_case", body=body, key=key)))

    def find(self, seller_name: str, seller_id: str, number: str) -> dict[str, Any]:
        """查询合同, by any seller's name and ID number and the 业务编号; five failures an hour."""
        body = {"city": self.city, "seller_name": seller_name, "seller_id_number": seller_id, "number": number}
        found: dict[str, Any] = self.client.read("look_up_case", body=body)
        return found

    def join(
        self, case_no: str, seller_name: str, seller_id: str, *, proof: str, notice_version: str, key: str = ""
    ) -> OpenCase:
        """签订合同 as the buyer, by a proof for JOIN_CASE."""
        body = {
            "seller_name": seller_name,
            "seller_id_number": seller_id,
            "proof": proof,
            "notice_version": notice_version,
        }
        told = self.client.read("join_case", body=body, key=key, case=case_no)
        return OpenCase(self.client, CaseReference.of(told))

    def at(self, case_no: str) -> OpenCase:
        """Take up a case of one's own."""
        return OpenCase(self.client, CaseReference.of(self.client.read("show_case", case=case_no)))

    def mine(self, **query: Any) -> Iterator[dict[str, Any]]:
        """我的合同, newest first, page by page: `role` SELLER or BUYER, `state`."""
        return pages(self.client, "list_cases", "cases", query)


@dataclass
class OpenCase:
    """One case in one person's hands. `at` is where it stood after the last act of this person."""

    client: Client
    at: CaseReference

    def view(self) -> dict[str, Any]:
        """Read it anew: `steps`, `checklist`, `allowed_acts`, `barred_acts` with reasons, `duty`, parties, terms, history."""
        found: dict[str, Any] = self.client.read("show_case", case=self.at.case_no)
        self.at = CaseReference.of(found)
        return found

    def form(self) -> dict[str, Any]:
        """What is to be filled in, from the rules that validate: build the screen from this."""
        found: dict[str, Any] = self.client.read("show_form", case=self.at.case_no)
        return found

    def save_parties(
        self,
        side: str,
        parties: Sequence[Mapping[str, Any]],
        *,
        holding: Mapping[str, Any] | None = None,
        key: str = "",
    ) -> CaseReference:
        """保存 of all persons of one's own side, `seller` or `buyer`; `holding`: how buyers will own it, and their account.

        Raises Stale, or Refused with `fields`.
        """
        body: dict[str, Any] = {"parties": [dict(one) for one in parties]}
        body |= {"holding": dict(holding)} if holding is not None else {}
        return self._edit("save_parties", body=body, side=side, key=key)

    def save_terms(self, terms: Mapping[str, Any], *, key: str = "") -> CaseReference:
        """保存 of what is agreed. Raises Stale, or Refused with `fields`."""
        return self._edit("save_terms", body=dict(terms), key=key)

    def generate(self, *, key: str = "") -> CaseReference:
        """生成电子合同: a version that all confirm."""
        return self._edit("generate_contract", key=key)

    def reopen(self, *, key: str = "") -> CaseReference:
        """Back to one's draft; confirmations are void."""
        return self._edit("reopen_case", key=key)

    def confirm(self, *, key: str = "") -> CaseReference:
        """确认合同 of the version as it was read last."""
        return self._act("confirm_contract", body={"version": self.at.version}, key=key)

    def start_signing(self, *, key: str = "") -> CaseReference:
        """发起签署."""
        return self._act("start_signing", body={"version": self.at.version}, key=key)

    def submit(self, *, key: str = "") -> CaseReference:
        """提交合同 to the authority."""
        return self._act("submit_case", key=key)

    def withdraw(self, *, key: str = "") -> CaseReference:
        """Take the submission back while no reviewer works on it."""
        return self._act("withdraw_submission", key=key)

    def revoke(self, reason: str, *, key: str = "") -> CaseReference:
        """撤销合同."""
        return self._act("revoke_case", body={"reason": reason}, key=key)

    def findings(self) -> list[dict[str, Any]]:
        """What the office would send back by itself, each with `words`: to be mended before `submit`."""
        found: list[dict[str, Any]] = self.client.read("preview_findings", case=self.at.case_no)["findings"]
        return found

    def preview(self) -> bytes:
        """预览电子合同."""
        return download(self.client, "preview_contract", case=self.at.case_no)

    def contract(self) -> bytes:
        """下载: the signed contract, sealed once filed."""
        return download(self.client, "download_contract", case=self.at.case_no)

    def evidence(self) -> bytes:
        """The zip that proves the signatures without the platform."""
        return download(self.client, "download_evidence", case=self.at.case_no)

    def materials(self) -> dict[str, Any]:
        """What is asked of whom, and the files there are."""
        found: dict[str, Any] = self.client.read("list_materials", case=self.at.case_no)
        return found

    def upload(
        self, row: Mapping[str, Any], data: bytes, media: str, *, version: int, kind: str = "", key: str = ""
    ) -> dict[str, Any]:
        """上传 one file (at most 10,485,760 bytes) for a row of `materials`; `version` as listed there; `kind` is one of `any_of`."""
        place = {"person_id": row["person_id"], "material_id": row["material_id"], "kind": kind or row["any_of"][0]}
        query = {**place, "version": version}
        told: dict[str, Any] = self.client.read(
            "upload_material", data=data, media=media, query=query, key=key, case=self.at.case_no
        )
        return told

    def upload_file(
        self, row: Mapping[str, Any], path: str | PathLike[str], *, version: int, kind: str = "", key: str = ""
    ) -> dict[str, Any]:
        """The same from a file. Its name says the type; what it really is, the server looks at itself."""
        media = mimetypes.guess_type(path)[0] or UNSAID
        return self.upload(row, Path(path).read_bytes(), media, version=version, kind=kind, key=key)

    def file(self, file_id: str) -> bytes:
        """Download an uploaded file as kept."""
        return download(self.client, "download_material", case=self.at.case_no, file=file_id)

    def _edit(self, operation: str, **given: Any) -> CaseReference:
        return self._act(operation, revision=self.at.revision, **given)

    def _act(self, operation: str, **given: Any) -> CaseReference:
        self.at = CaseReference.of(self.client.read(operation, case=self.at.case_no, **given))
        return self.at
