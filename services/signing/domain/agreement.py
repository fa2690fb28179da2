"""What a signer hands in (签署提交): the hashes agreed to, the handwriting, and the words of the button pressed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from services.signing.domain.errors import IntentInvalid
from services.signing.domain.handwriting import Drawing

INTENT = range(2, 41)
"""Characters: a button has a few words."""


@dataclass(frozen=True)
class Agreement:
    """A signature by hand for exactly these documents."""

    document_hashes: tuple[str, ...]
    drawing: Drawing
    intent: str

    @classmethod
    def given(cls, document_hashes: tuple[str, ...], drawing: Drawing, intent: str) -> Agreement:
        """Return what was drawn and pressed. Raises IntentInvalid."""
        return cls(document_hashes, drawing, words(intent))

    def facts(self) -> dict[str, str]:
        """Return what the evidence keeps: the words, the hash of the ink, and of the picture if one was handed in."""
        drawn = {"handwriting_sha256": hashlib.sha256(self.drawing.ink.encode()).hexdigest()}
        if self.drawing.picture_sha256:
            drawn["picture_sha256"] = self.drawing.picture_sha256
        return {"intent": self.intent, **drawn}


def words(intent: str) -> str:
    """Return the words of a button. Raises IntentInvalid.

    They go into the evidence, so they are held to what buttons show: letters and blanks, no numbers of anybody.
    """
    said = intent.strip()
    if len(said) not in INTENT or not all(one.isalpha() or one == " " for one in said):
        raise IntentInvalid(field="intent")
    return said
