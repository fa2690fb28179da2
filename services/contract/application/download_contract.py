"""合同下载: the signed copy from SIGNED on, the sealed one from FILED on (decision 17)."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.contract import Download, DownloadContract
from services.common.profiles import Profiles
from services.contract.application.ports import CaseReader, SigningDesk
from services.contract.application.viewers import viewer_of
from services.contract.domain.errors import ActBarred
from services.contract.domain.lifecycle import FILED, State
from services.contract.domain.offers import downloadable

KIND = "sale_contract"


@dataclass(frozen=True)
class ContractDownloading:
    """Checks who asks and whether there is a signed copy; the bytes are signing's."""

    reader: CaseReader
    profiles: Profiles
    signing: SigningDesk

    def __call__(self, message: DownloadContract, call: Call) -> Download:
        """Return a link. Raises CaseNotFound, ActBarred `contract.not_all_signed`, Unavailable."""
        case = self.reader.get(message.case_no)
        viewer_of(case, call.actor, self.profiles)
        if not downloadable(case):
            raise ActBarred("contract.not_all_signed", act="download", state=case.state.value)
        found = self.signing.get_signed_document(case.drawing.envelope_id, KIND, call)
        filed = case.state in FILED or case.state is State.CANCELLED
        suffix = case.submission.filing_no if filed else "未备案"
        suffix += "_备案已注销" if case.state is State.CANCELLED else ""
        return dataclasses.replace(found, file_name=f"存量房买卖合同_{case.no.number}_{suffix}.pdf")
