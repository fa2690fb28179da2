"""预览电子合同: the contract as it stands, marked 预览."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.contract import Download, PreviewContract, Side
from services.common.profiles import Profiles
from services.contract.application.keeping import day_of
from services.contract.application.ports import CaseReader, DocumentStore, Now, Renderer
from services.contract.application.viewers import viewer_of
from services.contract.domain.drafted import contract_document


@dataclass(frozen=True)
class ContractPreview:
    """Draws for one viewer: before 生成 the other side's details are stars, afterwards all is as it will be signed."""

    reader: CaseReader
    profiles: Profiles
    renderer: Renderer
    store: DocumentStore
    now: Now

    def __call__(self, message: PreviewContract, call: Call) -> Download:
        """Return a link to the drawing. Raises CaseNotFound, ActBarred `contract.terms_missing`, the renderer's refusals."""
        case = self.reader.get(message.case_no)
        viewer = viewer_of(case, call.actor, self.profiles)
        masked = frozenset(side for side in Side if not viewer.sees(case, side))
        drafted_on = day_of(case.drawing.generated_at or self.now())
        drawn = self.renderer.draw(
            contract_document(case, code="", url="", drafted_on=drafted_on, masked=masked), preview=True
        )
        seen_by = viewer.party.side.value.lower() if viewer.party else "office"
        key = f"contract/previews/{case.no}/{case.revision}-{seen_by}.pdf"
        self.store.put(key, drawn.pdf)
        return Download(
            link=self.store.link(key),
            file_name=f"存量房买卖合同_{case.no.number}_预览.pdf",
            media_type="application/pdf",
            size=len(drawn.pdf),
            sha256=drawn.sha256,
        )
