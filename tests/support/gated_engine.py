"""An engine child for tests: a job waits until a file exists, then answers a face frame's distance."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping

from services.common.kit.engine_child import Job, Settings

GIVE_UP_SECONDS = 60.0


def build(settings: Settings) -> Mapping[str, Job]:
    """`gate` names the file."""
    gate = str(settings["gate"])

    def compare(template_a: bytes, template_b: bytes) -> dict[str, object]:
        until = time.monotonic() + GIVE_UP_SECONDS
        while not os.path.exists(gate) and time.monotonic() < until:  # noqa: PTH110 - the child imports little
            time.sleep(0.01)
        return {"distance": 0.25 if template_a == template_b else 0.75}

    return {"compare": compare}
