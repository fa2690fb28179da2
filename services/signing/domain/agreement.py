"""What a signer hands in (签署提交): the hashes agreed to, the handwriting, and the words of the button pressed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from services.signing.domain import handwriting
from services.signing.domain.errors import IntentInvalid

INTENT = range(2, 41)
"""Characters: a button has a few words."""


@dataclass(frozen=True)
class Agreement:
    """A signature by hand for exactly these documents. `ink` is the drawing as JSON: personal, sealed at rest."""

    document_hashes: tuple[str, ...]
    ink: str
    intent: str

    @classmethod
    def drawn(
        cls, document_hashes: tuple[str, ...], *, width: int, height: int, strokes: handwriting.Strokes, intent: str
    ) -> Agreement:
        """Check what was drawn and pressed. Raises HandwritingInvalid, IntentInvalid.

        The intent goes into the evidence, so it is held to what buttons show: letters and blanks, no numbers of anybody.
        """
        handwriting.check(width, height, strokes)
        words = intent.strip()
        if len(words) not in INTENT or not all(one.isalpha() or one == " " for one in words):
            raise IntentInvalid(field="intent")
        return cls(document_hashes, json.dumps({"width": width, "height": height, "strokes": strokes}), words)

    @property
    def ink_sha256(self) -> str:
        """What the evidence keeps of the drawing."""
        return hashlib.sha256(self.ink.encode()).hexdigest()
