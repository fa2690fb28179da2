"""Generated titles with their generated owners: what a demonstration needs to play both sides."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.messages.property import ListSeededTitles, SeededTitle, SeededTitles
from services.property.application.ports import Register
from services.property.application.views import owners_of

MOST = 500


@dataclass(frozen=True)
class ListGeneratedTitles:
    """For the operators' command alone, and never a title that was not generated."""

    register: Register

    def __call__(self, message: ListSeededTitles, call: Call) -> SeededTitles:
        """Return at most `MOST` saleable titles. Raises Forbidden for anybody else."""
        call.actor.require_service("cli")
        titles = self.register.list_generated(message.city, message.owners, max(1, min(message.limit, MOST)))
        return SeededTitles(
            titles=tuple(
                SeededTitle(title_id=title.title_id, certificate_no=title.certificate_no, owners=owners_of(title))
                for title in titles
            )
        )
