"""DocumentsFrozen: draws the documents of a version, stores them, tells signing that they can be signed."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.kit.errors import DomainError
from services.common.messages.contract import DocumentsFrozen, FrozenDocument
from services.contract.application.keeping import day_of, keep
from services.contract.application.ports import CaseReader, DocumentStore, Now, Renderer, SigningDesk, Works
from services.contract.domain.case import Case
from services.contract.domain.drafted import contract_document
from services.contract.domain.lifecycle import State

KIND = "sale_contract"
UNPRINTABLE = frozenset({"contract.glyph_missing"})
"""What lies in the text itself: trying again would never help."""


@dataclass(frozen=True)
class DocumentDrawing:
    """Slow work first, with no transaction open; equal content gives equal bytes, so a repeat overwrites with the same."""

    works: Works
    reader: CaseReader
    signing: SigningDesk
    renderer: Renderer
    store: DocumentStore
    now: Now

    def __call__(self, event: DocumentsFrozen, call: Call) -> None:
        """Draw, unless the case has moved on. Raises what makes the event be tried again: Unavailable, the renderer's refusals."""
        case = self.reader.get(event.case_no)
        if case.state is not State.FREEZING or case.version != event.version or case.drawing.documents:
            return
        code = self.signing.mint_code(event.case_no, event.version, call)
        try:
            document = self._draw(case, code.code, code.url)
        except DomainError as refused:
            if refused.code not in UNPRINTABLE:
                raise  # tried again: a renderer that is down, a template that is missing
            self._give_back(event, refused, call)
            return
        with self.works(call) as work:
            locked = work.cases.get(event.case_no)
            if locked.documents_drawn(event.version, code.code, (document,), self.now()):
                keep(work, locked)

    def _give_back(self, event: DocumentsFrozen, refused: DomainError, call: Call) -> None:
        character, field = str(refused.context.get("character", "")), str(refused.context.get("field", ""))
        with self.works(call) as work:
            locked = work.cases.get(event.case_no)
            if locked.drawing_refused(event.version, refused.code, self.now(), character=character, field=field):
                keep(work, locked)

    def _draw(self, case: Case, code: str, url: str) -> FrozenDocument:
        drafted_on = day_of(case.drawing.generated_at or self.now())
        drawn = self.renderer.draw(contract_document(case, code=code, url=url, drafted_on=drafted_on), preview=False)
        key = f"contract/documents/{case.no}/{case.version}/{KIND}.pdf"
        self.store.put(key, drawn.pdf)
        return FrozenDocument(kind=KIND, key=key, sha256=drawn.sha256, pages=drawn.pages, fields=drawn.fields)
