"""The table people read says what the registry does."""

from __future__ import annotations

import re
from pathlib import Path

from services.common.messages.registry import SUBSCRIPTIONS
from services.common.messages.shapes import EVENT_OF

README = Path(__file__).resolve().parents[2] / "services" / "common" / "README.md"
ROW = re.compile(r"^\| `([a-z_.]+)` \| [^|]+ \| ([^|]+) \|$", re.MULTILINE)


def test_readme_names_every_event_with_exactly_its_handlers() -> None:
    section = README.read_text().split("## Who hears what")[1].split("\n## ")[0]
    told = {event: set(re.findall(r"`([a-z_.]+)`", heard)) for event, heard in ROW.findall(section)}
    real: dict[str, set[str]] = {name.name: set() for name in EVENT_OF.values() if not name.name.startswith("probe.")}
    for one in SUBSCRIPTIONS:
        for name in one.names:
            if name.name in real:
                real[name.name].add(one.handler_id)

    assert told == real
