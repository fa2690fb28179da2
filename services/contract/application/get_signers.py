"""Who signs which field, for signing and review."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.contract import GetSigners, Signer, Signers
from services.contract.application.ports import CaseReader
from services.contract.domain.errors import StaleVersion

SEAL_FIELD = "seal"


@dataclass(frozen=True)
class SignerListing:
    """Lists the signers of a version in the order of their fields, as the documents were drawn."""

    reader: CaseReader

    def __call__(self, message: GetSigners, call: Call) -> Signers:
        """Return the signers. Raises Forbidden to all but signing and review, CaseNotFound, StaleVersion."""
        call.actor.require_service("signing", "review")
        case = self.reader.get(message.case_no)
        if message.version != case.version:
            raise StaleVersion(version=case.version)
        rules = case.rules.signing
        return Signers(
            case_no=case.no,
            version=case.version,
            seal_field=SEAL_FIELD if rules.sealed else "",
            office_name=rules.seal_office,
            signers=tuple(
                Signer(
                    person_id=one.person_id,
                    name=one.name,
                    mobile=one.mobile,
                    side=one.side,
                    is_main=one.is_main,
                    field=f"signer_{number}",
                    company=one.company,
                    uscc=one.uscc,
                )
                for number, one in enumerate(case.parties, 1)
            ),
        )
