"""Putting materials to a case and taking them away: who, when, how many. Nothing here moves the case or voids a signature.

Materials are outside the signed text (decision 18), may come at any time before the submission and, afterwards, while no
reviewer works on it or when it was returned (decision 28). Each carries the version of the text it was uploaded beside.
"""

from __future__ import annotations

from services.common.profiles import DocumentKind
from services.common.values import PersonId
from services.contract.domain.core import CaseCore
from services.contract.domain.errors import ActBarred, CaseNotFound, Fault, InputRefused, NotAllowed, StaleVersion
from services.contract.domain.lifecycle import ENDED, FILED, State
from services.contract.domain.materials import Asked, Fit, MaterialFile
from services.contract.domain.parties import Party

MOST_PAGES = 20
"""Pages of one material of one person, over all its files (domain reference 5.9)."""
_FILED = FILED | {State.FILING}
WITH_OFFICE = frozenset({State.SUBMITTED, State.REVIEWING, State.RETURNED, *_FILED})
"""States in which the office looks at materials."""


class Attaching(CaseCore):
    """A case with its materials."""

    def require_attachable(
        self, by: PersonId, version: int, person_id: PersonId, material_id: str, kind: str, replaces: str = ""
    ) -> DocumentKind:
        """Return the document kind if this file may come now.

        Raises CaseNotFound, NotAllowed (neither the person nor the side's main party), StaleVersion, ActBarred,
        InputRefused `contract.material_not_asked`, `contract.kind_not_accepted`, and as `file` does.
        """
        row = self._row(by, person_id, material_id)
        self._require_time(changing=bool(replaces))
        if version != self.version:
            raise StaleVersion(version=self.version)
        if replaces and self.file(replaces).material_id != material_id:
            raise InputRefused((Fault("material_id", "material_not_asked"),))
        if kind not in row.material.any_of:
            raise InputRefused((Fault("kind", "kind_not_accepted"),))
        return DocumentKind(kind)

    def attach(self, by: PersonId, file: MaterialFile, replaces: str = "") -> MaterialFile:
        """Take the file; the same file for the same material changes nothing, and the one already there is returned.

        Raises as `require_attachable`, and ActBarred `contract.too_many_pages`.
        """
        self.require_attachable(by, file.version, file.person_id, file.material_id, file.kind, replaces)
        mine = [
            one
            for one in self.files
            if (one.person_id, one.material_id) == (file.person_id, file.material_id) and one.file_id != replaces
        ]
        known = next((one for one in mine if one.original_sha256 == file.original_sha256), None)
        if known is None and sum(one.pages for one in mine) + file.pages > MOST_PAGES:
            raise ActBarred("contract.too_many_pages", most=MOST_PAGES)
        self.files = tuple(one for one in self.files if one.file_id != replaces)
        if known is None:
            self.files = (*self.files, file)
        return known or file

    def detach(self, by: PersonId, file_id: str) -> MaterialFile:
        """Take a file away and return it. Raises as `require_attachable`, CaseNotFound where there is no such file."""
        gone = self.file(file_id)
        self._require_own(by, gone.person_id)
        self._require_time(changing=True)
        self.files = tuple(one for one in self.files if one is not gone)
        return gone

    def file(self, file_id: str) -> MaterialFile:
        """Return a file of a person who is still a party. Raises CaseNotFound."""
        found = next((one for one in self.files if one.file_id == file_id and self.party(one.person_id)), None)
        if found is None:
            raise CaseNotFound
        return found

    def may_attach(self, by: Party, row: Asked) -> bool:
        """Whether that party may put something to that row now."""
        mine = by.person_id == row.party.person_id or (by.is_main and by.side is row.party.side)
        return mine and self._barred(changing=False) is None

    def _row(self, by: PersonId, person_id: PersonId, material_id: str) -> Asked:
        self._require_own(by, person_id)
        row = self.materials.row(person_id, material_id)
        if row is None or row.fit is Fit.NOT_ASKED:
            raise InputRefused((Fault("material_id", "material_not_asked"),))
        return row

    def _require_own(self, by: PersonId, person_id: PersonId) -> None:
        """Only the person, or the main party of the person's side."""
        actor, owner = self.party(by), self.party(person_id)
        if actor is None:
            raise CaseNotFound
        if owner is None or owner.side is not actor.side or not (actor.is_main or by == person_id):
            raise NotAllowed(act="attach")

    def _require_time(self, *, changing: bool) -> None:
        if code := self._barred(changing=changing):
            raise ActBarred(code, act="attach", state=self.state.value)

    def _barred(self, *, changing: bool) -> str | None:
        if self.state in ENDED:
            return "contract.case_ended"
        if self.state in _FILED:
            return "contract.already_filed"
        if self.state is State.REVIEWING:
            return "contract.materials_with_reviewer"
        if changing and self.state is State.SUBMITTED:  # what was submitted stays; more may be added
            return "contract.withdraw_submission_first"
        return None
