"""The jobs of the processes that read strangers' files: verify, tell revisions apart, draw pages. They are given no key.

Decides their bounds: memory, and a lower priority than those that sign. Who may ask, and how many may wait, is the parent's.
"""

from __future__ import annotations

import logging
import os
import resource
from collections.abc import Mapping

from services.signing.adapters.engine.errors import EngineError
from services.signing.adapters.engine.facts import Expected, as_json
from services.signing.adapters.engine.jobs import Job, Values, callable_with_keywords
from services.signing.adapters.engine.pages import page_image
from services.signing.adapters.engine.revisions import checked, revisions
from services.signing.adapters.engine.timestamping import now_utc
from services.signing.adapters.engine.trust import Trust
from services.signing.adapters.engine.verification import MOST_REVISIONS, Verifier

MEMORY = 2 * 1024 * 1024 * 1024
"""Bytes of address space: a file of a few megabytes that unpacks into more ends the process, which is replaced."""
POLITENESS = 10


def build(settings: Mapping[str, str | None]) -> dict[str, Job]:
    """Return the jobs; `settings` hold nothing."""
    del settings
    for library in ("pyhanko", "pyhanko_certvalidator"):
        logging.getLogger(library).setLevel(logging.CRITICAL)  # they log names out of certificates
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    os.nice(POLITENESS)
    verifier = Verifier(now_utc)

    def verify(args: Values) -> Values:
        trust = Trust.parse(args.get("trust"))
        return as_json(verifier.verify(_bytes(args), Expected.parse(args.get("expected")), trust))

    jobs = {"verify": verify, "revisions": _revisions, "page_image": _page_image}
    return {name: callable_with_keywords(job) for name, job in jobs.items()}


def _revisions(args: Values) -> Values:
    return {"revision_hashes": [one.sha256 for one in revisions(_bytes(args))[:MOST_REVISIONS]]}


def _page_image(args: Values) -> Values:
    return {"image": page_image(checked(args.get("document")), args.get("page", 1), args.get("dpi", 110))}


def _bytes(args: Values) -> bytes:
    document = args.get("document")
    if not isinstance(document, bytes):
        raise EngineError("signing.document_damaged", reason="no_bytes")
    return document
