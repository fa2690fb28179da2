"""Bodies of acts on a case, and the short reply acts give. What is typed into a case is in `case_contents`, how it looks in `case_views`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from gateway.schemas.base import number, text
from gateway.schemas.owner_names import read_owner
from services.common.messages import contract
from services.common.values import CaseNo

LONGEST_PROOF = 2000
SELLER_FIELDS = ("seller_name", "seller_id_number")


@dataclass(frozen=True, kw_only=True)
class CaseReferenceReply:
    """Where the case stands after an act. `number` is what people see and type, `case_no` the key in paths."""

    case_no: CaseNo
    city: str
    number: str
    state: str
    revision: int
    version: int

    @classmethod
    def of(cls, case: contract.CaseReference) -> Self:
        """Build from the message."""
        return cls(
            case_no=case.case_no,
            city=case.case_no.city,
            number=case.case_no.number,
            state=case.state,
            revision=case.revision,
            version=case.version,
        )


@dataclass(frozen=True, kw_only=True)
class OpenCaseBody:
    """Open a case for a title one owns; spends an OPEN_CASE proof."""

    city: str = text(20, 2, pattern=r"[a-z]+")
    title_id: str = text(64)
    proof: str = text(LONGEST_PROOF)
    notice_version: str = text(32)

    def message(self) -> contract.OpenCase:
        """Return the command."""
        return contract.OpenCase(
            city=self.city, title_id=self.title_id, proof=self.proof, notice_version=self.notice_version
        )


@dataclass(frozen=True, kw_only=True)
class LookUpBody:
    """The buyer's search by any seller's name and ID number and the bare case number.

    Where an enterprise sells, `seller_id_number` is its 统一社会信用代码.
    """

    seller_name: str = text(100, 2)
    seller_id_number: str = text(40, 15)
    city: str = text(20, 2, pattern=r"[a-z]+")
    number: str = text(14, 13, pattern=r"20[0-9]{11,12}")

    def message(self, source: str) -> contract.LookUpCase:
        """Return the query. Raises InvalidValue `message.invalid` naming the wrong fields."""
        seller = read_owner(self.seller_name, self.seller_id_number, SELLER_FIELDS)
        return contract.LookUpCase(
            city=self.city,
            seller_name=seller.person,
            seller_id_number=seller.id_number,
            enterprise_name=seller.company,
            enterprise_uscc=seller.uscc,
            number=self.number,
            source=source,
        )


@dataclass(frozen=True, kw_only=True)
class JoinBody:
    """Become the main buyer; spends a JOIN_CASE proof. The seller is named as in the search."""

    seller_name: str = text(100, 2)
    seller_id_number: str = text(40, 15)
    proof: str = text(LONGEST_PROOF)
    notice_version: str = text(32)

    def message(self, case_no: CaseNo) -> contract.JoinCase:
        """Return the command. Raises InvalidValue `message.invalid` naming the wrong fields."""
        seller = read_owner(self.seller_name, self.seller_id_number, SELLER_FIELDS)
        return contract.JoinCase(
            case_no=case_no,
            seller_name=seller.person,
            seller_id_number=seller.id_number,
            enterprise_name=seller.company,
            enterprise_uscc=seller.uscc,
            proof=self.proof,
            notice_version=self.notice_version,
        )


@dataclass(frozen=True, kw_only=True)
class VersionBody:
    """The version of the contract the act is about, as it was read."""

    version: int = number(1, 10_000)

    def confirm(self, case_no: CaseNo) -> contract.ConfirmContract:
        """Return the command of a confirmation."""
        return contract.ConfirmContract(case_no=case_no, version=self.version)

    def start_signing(self, case_no: CaseNo) -> contract.StartSigning:
        """Return the command that starts signing."""
        return contract.StartSigning(case_no=case_no, version=self.version)


@dataclass(frozen=True, kw_only=True)
class RevocationBody:
    """Why the case is revoked."""

    reason: str = text(500, 2)

    def message(self, case_no: CaseNo) -> contract.RevokeCase:
        """Return the command."""
        return contract.RevokeCase(case_no=case_no, reason=self.reason)
