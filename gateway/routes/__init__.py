"""All routes of the public interface: one file per resource, named like its schemas. Handlers ask, map, and decide nothing."""

from __future__ import annotations

from gateway.routes import (
    accounts,
    case_acts,
    cases,
    cities,
    evidence,
    face_checks,
    face_reviews,
    health,
    materials,
    messages,
    offices,
    pages,
    review,
    sessions,
    signing_tasks,
    staff,
    verifications,
)
from gateway.routing import Route, routes_of

ROUTES: tuple[Route, ...] = tuple(
    one
    for module in (
        sessions,
        accounts,
        face_checks,
        cities,
        offices,
        cases,
        case_acts,
        materials,
        evidence,
        signing_tasks,
        verifications,
        messages,
        review,
        staff,
        face_reviews,
        pages,
        health,
    )
    for one in routes_of(module)
)
