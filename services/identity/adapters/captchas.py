"""Captchas: the register in PostgreSQL, and the port to the engine that draws and speaks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, select, update

from services.common.kit.errors import DomainError, Unavailable
from services.common.messages.identity import CaptchaKind
from services.identity.adapters import tables
from services.identity.adapters.entries import HeldShelf
from services.identity.adapters.faces import Engines
from services.identity.domain.captcha import Captcha

ENGINE = "services.identity.adapters.captcha_engine"
SECONDS = 9.0
_TABLE = tables.CAPTCHAS.c


class CaptchaShelf(HeldShelf):
    """The port `Captchas`. A used one loses its answer and is kept for the limit per address."""

    def find(self, captcha_id: str) -> Captcha | None:
        """Look up."""
        row = self._one(
            select(tables.CAPTCHAS).where(_TABLE.captcha_id == captcha_id, _TABLE.answer_sealed.is_not(None))
        )
        if row is None:
            return None
        answer = self._open(row.answer_sealed)
        return Captcha(row.captcha_id, CaptchaKind(row.kind), row.language, answer, row.source, row.made_at)

    def made_for(self, source: str, since: dt.datetime) -> Sequence[dt.datetime]:
        """List moments."""
        self._hold(f"captchas:{source}")
        rows = self._all(select(_TABLE.made_at).where(_TABLE.source == source, _TABLE.made_at > since))
        return [row.made_at for row in rows]

    def add(self, captcha: Captcha) -> None:
        """Insert."""
        values = {
            "captcha_id": captcha.captcha_id,
            "kind": captcha.kind.value,
            "language": captcha.language,
            "answer_sealed": self._seal(captcha.answer),
            "source": captcha.source,
            "made_at": captcha.made_at,
        }
        self._put(tables.CAPTCHAS, values)

    def delete(self, captcha_id: str) -> None:
        """Forget the answer."""
        query = update(tables.CAPTCHAS).where(_TABLE.captcha_id == captcha_id)
        self._session.execute(query.values(answer_sealed=None))

    def forget_before(self, moment: dt.datetime) -> None:
        """Delete old rows."""
        self._session.execute(delete(tables.CAPTCHAS).where(_TABLE.made_at < moment))


class EngineCaptchas:
    """The port `CaptchaPictures` over the engine pool."""

    def __init__(self, engines: Engines) -> None:
        self._engines = engines

    def draw(self, digits: str) -> bytes:
        """Return a PNG. Raises Unavailable."""
        return self._content("draw", {"digits": digits})

    def speak(self, digits: str, language: str) -> bytes:
        """Return a WAV. Raises Unavailable."""
        return self._content("speak", {"digits": digits, "language": language})

    def _content(self, job: str, args: dict[str, Any]) -> bytes:
        try:
            content = self._engines.run(job, args, SECONDS).get("content")
        except DomainError as refusal:
            raise Unavailable("identity.captcha_failed") from refusal
        if not isinstance(content, bytes):
            raise Unavailable("identity.captcha_failed")
        return content
