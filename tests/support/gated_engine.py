"""An engine child for tests: a job waits until a file exists, then answers a face frame's distance."""

from __future__ import annotations

import os
from collections.abc import Mapping

from services.common.kit.engine_child import Job, Settings
from tests.stack.waiting import eventually

GIVE_UP_SECONDS = 60.0


def build(settings: Settings) -> Mapping[str, Job]:
    """`gate` names the file."""
    gate = str(settings["gate"])

    def compare(template_a: bytes, template_b: bytes) -> dict[str, object]:
        eventually(lambda: os.path.exists(gate), seconds=GIVE_UP_SECONDS, pause=0.01)  # noqa: PTH110 - imports little
        return {"distance": 0.25 if template_a == template_b else 0.75}

    return {"compare": compare}
