"""The port `Prompts` over the engine pool that also speaks captchas. A prompt is made once per process and kept: there are twelve."""

from __future__ import annotations

from services.common.kit.errors import DomainError, Unavailable
from services.identity.adapters.faces import Engines

SECONDS = 9.0
FAILED = "identity.face_prompt_failed"


class EnginePrompts:
    """Speaks and remembers."""

    def __init__(self, engines: Engines) -> None:
        self._engines = engines
        self._spoken: dict[tuple[str, str], bytes] = {}

    def speak(self, text: str, language: str) -> bytes:
        """Return a WAV. Raises Unavailable."""
        known = self._spoken.get((text, language))
        if known is not None:
            return known
        try:
            content = self._engines.run("say", {"text": text, "language": language}, SECONDS).get("content")
        except DomainError as refusal:
            raise Unavailable(FAILED) from refusal
        if not isinstance(content, bytes):
            raise Unavailable(FAILED)
        self._spoken[(text, language)] = content
        return content
