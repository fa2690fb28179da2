"""Renders the pages people reach with a browser: signing link, verification, a city's entry, documentation, and problems on their way.

Decides what a page shows and the policy that keeps it harmless; everything shown is escaped by the templates.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
import yaml

from gateway.texts import Texts
from services.common.messages.office import CityDetails
from services.common.messages.signing import TaskView, Verification

PAGE_TYPE = "text/html; charset=utf-8"
CHINA = dt.timezone(dt.timedelta(hours=8))
"""The one civil time of the country the sales are made in; pages say so."""
IDENTIFIED = frozenset({"IDENTIFIED", "READ", "SIGNING", "SIGNED"})
SIGNED = frozenset({"SIGNING", "SIGNED"})
_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Page:
    """A page and the headers it needs."""

    body: bytes
    headers: Mapping[str, str]


class Pages:
    """All pages, with templates, words and style read once."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        loader = jinja2.FileSystemLoader(_FOLDER / "templates")
        self._templates = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined)
        self._templates.filters["moment"] = _moment
        self._words: dict[str, dict[str, str]] = yaml.safe_load((_FOLDER / "words.yaml").read_text(encoding="utf-8"))
        self._style = (_FOLDER / "style.css").read_text(encoding="utf-8")
        digest = base64.b64encode(hashlib.sha256(self._style.encode()).digest()).decode()
        policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
        self._headers = {"Content-Security-Policy": policy, "Vary": "Accept-Language"}

    def signing(self, task: TaskView, token: str, language: str) -> Page:
        """Return the page behind a signing link."""
        steps = (
            ("step_identify", task.state in IDENTIFIED),
            ("step_read", task.state in IDENTIFIED and all(one.opened_at for one in task.documents)),
            ("step_sign", task.state in SIGNED),
        )
        can_read = task.session_until is not None and task.state in IDENTIFIED
        return self._page("signing.html", language, task=task, token=token, steps=steps, can_read=can_read)

    def verification(self, found: Verification, language: str) -> Page:
        """Return the page behind the code on a document."""
        return self._page("verification.html", language, found=found)

    def city(self, city: CityDetails, language: str) -> Page:
        """Return the page behind a city's entry code, for a phone without the app."""
        return self._page("city.html", language, city=city)

    def verification_form(self, language: str) -> Page:
        """Return the page where a file is brought for verification."""
        return self._page("verification_form.html", language)

    def problem(self, members: Mapping[str, Any], language: str) -> Page:
        """Return a problem as a page."""
        return self._page("problem.html", language, problem=members)

    def documentation(self, document: Mapping[str, Any], language: str) -> Page:
        """Return the OpenAPI document as a page to read."""
        return self._page("documentation.html", language, document=document)

    def _page(self, template: str, language: str, **shown: object) -> Page:
        def say(key: str) -> str:
            words = self._words.get(key)
            return words[language] if words else self._texts.find(key, language) or key.partition(".")[2] or key

        html = self._templates.get_template(template).render(
            say=say,
            style=self._style,
            language={"zh": "zh-CN"}.get(language, "en"),
            **shown,
        )
        return Page(html.encode(), self._headers)


def _moment(value: dt.datetime | None) -> str:
    return value.astimezone(CHINA).strftime("%Y-%m-%d %H:%M") if value else ""
