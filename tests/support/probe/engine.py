"""Jobs of the probe's engine process."""

import os
import time
from collections.abc import Callable, Mapping

from tests.stack.waiting import hold_still


def build(settings: dict[str, object]) -> dict[str, Callable[..., Mapping[str, object]]]:
    """Offer three jobs."""
    del settings

    def upper(text: str, seconds: float) -> dict[str, object]:
        hold_still(seconds)
        return {"text": text.upper(), "pid": os.getpid()}

    def burn(text: str, seconds: float) -> dict[str, object]:
        until = time.process_time() + seconds
        while time.process_time() < until:
            pass
        return {"text": text, "pid": os.getpid()}

    def die(text: str, seconds: float) -> dict[str, object]:
        del text, seconds
        os._exit(9)

    return {"upper": upper, "burn": burn, "die": die}
