"""Decides how wkhtmltopdf is called so that a document cannot reach out: the adapter of `HtmlToPdf` by pdfkit.

Leaves to others: the sandbox around the process, and the finish of the PDF.
pdfkit 1.0.0 turns `<meta name="pdfkit-...">` of the page into command-line flags (CVE-2025-26240, a file of the host
can be read with it) and waits for ever; both are closed here. wkhtmltopdf itself blocks local files by default yet
fetches from the network and runs scripts; scripts are switched off and the proxy points at a dead port.
"""

import os
import shutil
import signal
import subprocess

import pdfkit

from services.contract.adapters.rendering.errors import EngineError, RenderError
from services.contract.adapters.rendering.sandbox import CLEAN_ENVIRONMENT, Sandbox

_OPTIONS: dict[str, str] = {
    "encoding": "UTF-8",
    "page-size": "A4",
    "margin-top": "22mm",
    "margin-bottom": "22mm",
    "margin-left": "24mm",
    "margin-right": "24mm",
    "disable-javascript": "",
    "javascript-delay": "0",  # 200 ms of waiting otherwise
    "disable-local-file-access": "",
    "disable-plugins": "",
    "disable-external-links": "",
    "no-images": "",  # the documents have none: QR code and marks are drawn by the finish pass
    "proxy": "http://127.0.0.1:9",  # discard port: nothing listens, nothing is reached
    "load-error-handling": "abort",
    "load-media-error-handling": "abort",
}
_END_WITHIN = 64


class SafePdfKit:
    """`HtmlToPdf` by wkhtmltopdf: HTML on stdin, PDF on stdout, no temporary file, one process a document."""

    def __init__(self, sandbox: Sandbox, *, timeout_seconds: float = 20, program: str | None = None) -> None:
        """Use wkhtmltopdf at `program` (found on PATH otherwise), killed after `timeout_seconds`.

        Raises `EngineError` `contract.converter_missing` when there is no such program.
        """
        found = program or shutil.which("wkhtmltopdf")
        if not found:
            raise EngineError("contract.converter_missing", program="wkhtmltopdf")
        self._sandbox = sandbox
        self._timeout = timeout_seconds
        self._configuration = pdfkit.configuration(wkhtmltopdf=found)

    def convert(self, html: str) -> bytes:
        """Return the PDF of `html`; raises `RenderError` (see `HtmlToPdf`)."""
        job = _Page(html, "string", options=_OPTIONS, configuration=self._configuration)
        return _run([*self._sandbox.prefix, *job.command()], html.encode(), self._timeout)


class _Page(pdfkit.PDFKit):  # type: ignore[misc]  # pdfkit has no types
    """pdfkit's command line without its reading of flags from the page."""

    def _find_options_in_meta(self, content: object) -> dict[str, str]:  # noqa: ARG002 - closes CVE-2025-26240
        return {}


def _run(command: list[str], html: bytes, timeout: float) -> bytes:
    process = subprocess.Popen(  # noqa: S603 - no shell, own arguments
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # it may quote the document
        start_new_session=True,
        env=CLEAN_ENVIRONMENT,
    )
    try:
        out, _ = process.communicate(html, timeout=timeout)
    except subprocess.TimeoutExpired as late:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        raise RenderError("timeout") from late
    if process.returncode:
        raise RenderError("converter_failed", returncode=process.returncode)
    if not out.startswith(b"%PDF-") or b"%%EOF" not in out[-_END_WITHIN:]:
        raise RenderError("not_a_pdf")
    return out
