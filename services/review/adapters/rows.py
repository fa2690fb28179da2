"""How a review becomes a row and back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from services.common.values import CaseNo
from services.review.adapters.tables import REVIEWS
from services.review.domain.reasons import Point
from services.review.domain.review import Kind, Review, State


def values_of(review: Review) -> dict[str, Any]:
    """Return the columns of `reviews`."""
    return vars(review) | {
        "case_no": str(review.case_no),
        "state": review.state.value,
        "kind": review.kind.value,
    }


def review_of(row: Row[Any]) -> Review:
    """Return the review of a row, which may hold more columns."""
    columns = row._asdict()
    values = {column.name: columns[column.name] for column in REVIEWS.c}
    return Review(
        **values
        | {
            "case_no": CaseNo.parse(values["case_no"]),
            "state": State(values["state"]),
            "kind": Kind(values["kind"]),
        }
    )


def point_of(row: Row[Any]) -> Point:
    """Return the point of a decision."""
    return Point(item=row.item, rule=row.rule, reason=row.reason, remedies=row.remedies)
