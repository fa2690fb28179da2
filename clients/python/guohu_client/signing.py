"""Signing on one's own phone: follow the link, prove who one is, read everything, write by hand, submit.

Needs no account session: link and identity are enough. The hashes sent with the signature are of the bytes read here, so that
nobody signs what was not shown.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .client import Client
from .downloads import download
from .identity import IdentityCheck

INTENT = "签署提交"
Stroke = Sequence[Sequence[float]]


@dataclass(frozen=True)
class TaskDocument:
    """One document to be read and signed."""

    kind: str
    sha256: str
    pages: int
    is_read: bool


@dataclass
class SigningTask:
    """One person's signature in one envelope. `handle`: the token of the link, or the task's id with a session."""

    client: Client
    handle: str

    @classmethod
    def of_link(cls, client: Client, link: str) -> SigningTask:
        """Take the link of the SMS as it stands, `https://…/s/TOKEN`."""
        return cls(client, link.rstrip("/").rsplit("/", 1)[-1])

    def look(self) -> dict[str, Any]:
        """Return the task: state, documents, `allowed_acts`, until when the session is open."""
        found: dict[str, Any] = self.client.read("show_task", handle=self.handle)
        return found

    def check(self) -> IdentityCheck:
        """Begin the identity check this task asks for."""
        return IdentityCheck.start(self.client, "SIGN", self.handle)

    def identify(self, proof: str, *, key: str = "") -> None:
        """Spend a proof: a signing session of 30 minutes from the last act. Leaving and coming back within it asks for no other."""
        self.client.do("identify_signer", body={"proof": proof}, key=key, handle=self.handle)

    @property
    def documents(self) -> tuple[TaskDocument, ...]:
        """What is to be read, as it stands now."""
        return tuple(
            TaskDocument(one["kind"], one["sha256"], one["pages"], is_read=one["opened_at"] is not None)
            for one in self.look()["documents"]
        )

    def read(self, document: TaskDocument) -> bytes:
        """Open a document to read it: the PDF, whole and the one named. Raises DamagedDownload."""
        return download(self.client, "view_document", sha256=document.sha256, handle=self.handle, kind=document.kind)

    def read_all(self) -> dict[str, bytes]:
        """Open every document; returns the PDFs by kind."""
        return {one.kind: self.read(one) for one in self.documents}

    def sign(self, strokes: Sequence[Stroke], width: int, height: int, *, intent: str = INTENT, key: str = "") -> str:
        """Submit the handwriting: strokes of `[x, y]` on a canvas of that size; returns the task's state."""
        drawn = {"strokes": strokes, "width": width, "height": height}
        return self.sign_drawn(drawn, intent=intent, key=key)

    def sign_drawn(self, handwriting: Mapping[str, Any], *, intent: str = INTENT, key: str = "") -> str:
        """The same with the canvas as one object: `strokes`, `width`, `height`."""
        return self._submit({"handwriting": dict(handwriting)}, intent, key)

    def sign_picture(self, png: bytes, *, intent: str = INTENT, key: str = "") -> str:
        """The same with the canvas as a PNG of at most 256 KiB, dark lines on white or on nothing; returns the task's state.

        Strokes are drawn finer. The file is traced and not kept; its hash stays in the evidence.
        """
        return self._submit({"picture": base64.b64encode(png).decode()}, intent, key)

    def _submit(self, drawn: Mapping[str, Any], intent: str, key: str) -> str:
        body = {**drawn, "document_hashes": [one.sha256 for one in self.documents], "intent": intent}
        return str(self.client.read("sign", body=body, key=key, handle=self.handle)["state"])

    def refuse(self, reason: str, *, key: str = "") -> str:
        """拒签: ends signing for all; returns the task's state."""
        return str(self.client.read("refuse", body={"reason": reason}, key=key, handle=self.handle)["state"])
