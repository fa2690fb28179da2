"""Decides what is asked of a converter from HTML to PDF: the port behind which wkhtmltopdf can be replaced."""

from typing import Protocol


class HtmlToPdf(Protocol):
    """Turns one self-contained HTML page into a PDF on A4; nothing is fetched, no script runs, no file is read."""

    def convert(self, html: str) -> bytes:
        """Return the PDF of `html`.

        Raises `RenderError` when the converter fails, runs out of time or memory, or gives something that is no PDF.
        """
        ...
