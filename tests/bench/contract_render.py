"""What drawing a contract costs: template, conversion and finish beside the bare converter on the same page.

Compared is CPU time (user and system, children included), alternately: `ContractRenderer` (glyph check, template, wkhtmltopdf in its sandbox,
places, overlay, fields, deterministic save) against wkhtmltopdf alone on the HTML of the same document, with the same options
and bounds. Namespaces are left out on both sides: a process inside them is not charged to the one that waits. The promise: at most one and a half times the bare converter; and a preview within 2 s by the clock.
Run: `python -m tests.bench contract_render`.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from services.contract.adapters.rendering.engine import ContractRenderer
from services.contract.adapters.rendering.fonts import Fonts
from services.contract.adapters.rendering.safe_pdfkit import SafePdfKit
from services.contract.adapters.rendering.sandbox import Limits, Sandbox
from services.contract.adapters.rendering.template import ContractTemplate
from tests.adapters.contract.documents import a_full_document

ROUNDS = 15


def measure(rounds: int = ROUNDS) -> dict[str, float]:
    """Return medians: milliseconds of CPU for the bare converter and the form to be signed, their ratio, a preview by the clock."""
    template, converter = ContractTemplate(), SafePdfKit(_bounds())
    renderer = ContractRenderer(template, converter, Fonts(Path("/usr/share/fonts")))
    document = a_full_document()
    html = template.draw(document).html
    jobs: dict[str, Callable[[], object]] = {
        "bare": lambda: converter.convert(html),
        "whole": lambda: renderer.render(document),
        "preview": lambda: renderer.render(document, preview=True),
    }
    for job in jobs.values():
        job()  # fonts, templates and the file cache are warm, as in a process that serves
    taken: dict[str, list[float]] = {name: [] for name in jobs}
    clock = []
    for _ in range(rounds):  # alternately, so that a busy moment meets all alike
        for name, job in jobs.items():
            begun, at = _cpu(), time.perf_counter()
            job()
            taken[name].append(_cpu() - begun)
            clock += [time.perf_counter() - at] if name == "preview" else []
    bare, whole = median(taken["bare"]), median(taken["whole"])
    return {
        "contract.render.bare_ms": round(bare * 1000, 1),
        "contract.render.ms": round(whole * 1000, 1),
        "contract.render.ratio": round(whole / bare, 3),
        "contract.render.preview_ms": round(median(clock) * 1000, 1),
    }


def _bounds() -> Sandbox:
    """Return the limits of the sandbox without its namespaces."""
    prefix = Sandbox.prepare(Limits(), required=False).prefix
    end = next((index for index, part in enumerate(prefix) if part.endswith("bwrap")), len(prefix))
    return Sandbox(prefix[:end], isolated=False)


def _cpu() -> float:
    """Seconds of this process and of the children it has waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)
