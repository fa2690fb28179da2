"""Pictures of pages, for screens that show no PDF: drawn once per document, page and size, then taken from the store."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.kit.errors import NotFound
from services.common.messages.contract import Download
from services.common.messages.signing import ShowTaskPage, ShowVerifiedPage
from services.signing.application import stored
from services.signing.application.access import account_of, require_insider, seen
from services.signing.application.ports import Now, Objects, PagePainter, Reading, Rules
from services.signing.domain.errors import IdentityRequired, PageInvalid

SIZES = {"s": 72, "m": 110, "l": 150}
"""Dots per inch: A4 is 595, 909 or 1240 pixels wide."""
MEDIA_TYPE = "image/jpeg"


@dataclass(frozen=True)
class PageShowing:
    """The documents are shown unmasked (decision 16), so a picture is given to those alone who may have the document."""

    reading: Reading
    objects: Objects
    painter: PagePainter
    rules: Rules
    now: Now

    def of_task(self, message: ShowTaskPage, call: Call) -> Download:
        """Show a page of the frozen base in its signer's session; it does not count as opened by that.

        Raises TaskNotFound, IdentityRequired, PageInvalid, Unavailable.
        """
        envelope, task = seen(self.reading, message.handle, call.actor)
        if not task.in_session(account_of(call.actor), self.now()):
            raise IdentityRequired
        document = envelope.document(message.kind)
        return self._picture(document.base_key, document.base_sha256, message.page, message.size)

    def of_code(self, message: ShowVerifiedPage, call: Call) -> Download:
        """Show a page of the newest revision. Raises NotAuthenticated, EnvelopeNotFound, PageInvalid, Unavailable."""
        envelope = self.reading.by_code(message.code)
        require_insider(envelope, call.actor, self.rules.offices(envelope.case_no))
        document = envelope.documents[0]
        return self._picture(document.key, document.sha256, message.page, message.size)

    def _picture(self, key: str, sha256: str, page: int, size: str) -> Download:
        if size not in SIZES or page < 1:
            raise PageInvalid(field="size" if size not in SIZES else "page")
        place = f"signing/pages/{sha256}/{SIZES[size]}-{page}.jpg"
        try:
            length, digest = self.objects.stat(place)
        except NotFound:
            drawn = self.painter.draw(stored.read(self.objects, key, sha256), page, SIZES[size])
            length, digest = len(drawn), self.objects.put(place, drawn)
        return Download(
            link=self.objects.link(place),
            file_name=f"{page}.jpg",
            media_type=MEDIA_TYPE,
            size=length,
            sha256=digest,
        )
