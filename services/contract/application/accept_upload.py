"""上传材料: takes what the gateway put in, looks into it, keeps a clean copy, or refuses and deletes."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import logging
from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.kit.errors import DomainError, Kind, Unavailable
from services.common.messages.contract import AcceptUpload, MaterialReference
from services.common.profiles import DocumentKind
from services.common.values import CaseNo
from services.contract.application.ports import CaseReader, Inspected, Inspection, NewId, Now, UploadStore, Works
from services.contract.domain.materials import MaterialFile

log = logging.getLogger(__name__)
UNADOPTED = dt.timedelta(hours=1)
"""After which bytes written for an upload that came to nothing are deleted; an upload takes half a minute at most."""
_ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg"}


@dataclass(frozen=True)
class UploadAcceptance:
    """Slow work first, with no transaction open; the case is locked only to put the file to it, so uploads never conflict.

    The copy's bytes are promised to the sweep before they are written and taken off its list with the row that holds
    them: whatever ends in between leaves nothing behind.
    """

    works: Works
    reader: CaseReader
    store: UploadStore
    inspection: Inspection
    new_id: NewId
    now: Now

    def __call__(self, message: AcceptUpload, call: Call) -> MaterialReference:
        """Accept. Raises CaseNotFound, NotAllowed, StaleVersion, ActBarred, InputRefused, the inspection's refusals, Unavailable.

        What was put in is deleted when it is kept and when it is refused; only where trying again could help it stays.
        """
        try:
            accepted = self._accept(message, call)
        except Unavailable:
            raise
        except DomainError:
            self._discard(message.upload_id)
            raise
        self._discard(message.upload_id)
        return accepted

    def _accept(self, message: AcceptUpload, call: Call) -> MaterialReference:
        case = self.reader.get(message.case_no)
        kind = case.require_attachable(
            call.actor.person_id,
            message.version,
            message.person_id,
            message.material_id,
            message.kind,
            message.replaces,
        )
        inspected = self.inspection.inspect(self._taken(message), message.media_type)
        file = self._file(message, kind, inspected, call)
        with self.works(dataclasses.replace(call, ticket=None)) as work:
            work.materials.plan_drop(file.key, self.now() + UNADOPTED)
            work.commit()
        self.store.put(file.key, inspected.data)
        return self._keep(message, file, call)

    def _taken(self, message: AcceptUpload) -> bytes:
        data = self.store.take(message.upload_id)
        if hashlib.sha256(data).hexdigest() != message.sha256:
            raise DomainError("contract.upload_changed", Kind.INTERNAL)
        return data

    def _file(self, message: AcceptUpload, kind: DocumentKind, inspected: Inspected, call: Call) -> MaterialFile:
        file_id = self.new_id()
        return MaterialFile(
            file_id=file_id,
            person_id=message.person_id,
            material_id=message.material_id,
            kind=kind,
            version=message.version,
            key=f"contract/materials/{message.case_no}/{file_id}.{_ENDINGS[inspected.media_type]}",
            media_type=inspected.media_type,
            size=len(inspected.data),
            pages=inspected.pages,
            sha256=inspected.sha256,
            original_sha256=inspected.original_sha256,
            original_sm3=inspected.original_sm3,
            uploaded_by=call.actor.person_id,
            uploaded_at=self.now(),
        )

    def _keep(self, message: AcceptUpload, file: MaterialFile, call: Call) -> MaterialReference:
        person_id = call.actor.person_id
        with self.works(call) as work:
            case = work.cases.get(message.case_no)
            before = {one.file_id: one for one in case.files}
            kept = case.attach(person_id, file, message.replaces)
            if message.replaces and message.replaces != kept.file_id:
                work.materials.remove(message.case_no, before[message.replaces], person_id, self.now())
            if kept is file:
                work.materials.add(message.case_no, file)
            answer = material_reference(message.case_no, kept)
            work.commit(answer)
        return answer

    def _discard(self, upload_id: str) -> None:
        try:
            self.store.discard(upload_id)
        except Unavailable as wrong:  # the sweep will
            log.warning("upload not discarded", extra={"code": wrong.code})


def material_reference(case_no: CaseNo, file: MaterialFile) -> MaterialReference:
    """Return the file as kept with a request."""
    return MaterialReference(
        case_no=case_no,
        file_id=file.file_id,
        person_id=file.person_id,
        material_id=file.material_id,
        media_type=file.media_type,
        pages=file.pages,
        sha256=file.sha256,
    )
