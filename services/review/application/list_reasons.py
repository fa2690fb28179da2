"""The catalogue of reasons, as reviewers choose from it."""

from __future__ import annotations

from services.common.kit.calls import Call
from services.common.messages.review import ListReasons, ReasonCatalogue, ReasonRule
from services.review.application.access import reviewer_of
from services.review.domain.rules import CATALOGUE


def list_reasons(message: ListReasons, call: Call) -> ReasonCatalogue:
    """Return all rules. Raises Forbidden without the role."""
    del message
    reviewer_of(call)
    return ReasonCatalogue(
        rules=tuple(
            ReasonRule(
                rule=one.id,
                subject=one.subject.value,
                uses=tuple(sorted(use.value for use in one.uses)),
                automatic=one.sees is not None,
                text_needed=one.text_needed,
            )
            for one in CATALOGUE
        )
    )
