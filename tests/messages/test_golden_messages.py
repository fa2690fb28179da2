"""Every message keeps its form: what was written once can be read for ever, and nothing of it disappears.

A change that is not an added optional field needs a new version beside the old; then the old golden file stays.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from services.common.kit import wire
from services.common.kit.errors import InvalidValue
from tests.messages.samples import GOLDEN, example, files

PARTS = [(file.stem, part, file, shape) for file, parts in sorted(files().items()) for part, shape in parts.items()]
NAMES = [f"{stem}-{part}" for stem, part, _, _ in PARTS]
every_part = pytest.mark.parametrize(
    ("file", "part", "shape"), [(file, part, shape) for _, part, file, shape in PARTS], ids=NAMES
)


def golden(file: Path, part: str) -> Any:
    return json.loads(file.read_text())[part]


def lost(old: Any, new: Any, path: str = "") -> list[str]:
    """Where something of the old is missing or different in the new."""
    if isinstance(old, dict) and isinstance(new, dict):
        return [line for key in old for line in lost(old[key], new.get(key, "(missing)"), f"{path}.{key}")]
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        return [
            line
            for number, (one, other) in enumerate(zip(old, new, strict=True))
            for line in lost(one, other, f"{path}.{number}")
        ]
    return [] if old == new else [f"{path}: {old!r} is now {new!r}"]


def grown(plain: Any) -> Any:
    """The same with an unknown field in every object."""
    if isinstance(plain, dict):
        return {key: grown(value) for key, value in plain.items()} | {"added_by_a_newer_neighbour": {"deep": [1]}}
    return [grown(one) for one in plain] if isinstance(plain, list) else plain


@every_part
def test_shape_has_its_golden_file(file: Path, part: str, shape: type) -> None:
    assert file.exists(), f"run `python -m tests.messages.samples` for {shape.__name__}"
    assert part in json.loads(file.read_text())


@every_part
def test_what_was_written_once_is_read_and_written_alike(file: Path, part: str, shape: type) -> None:
    plain = golden(file, part)

    assert lost(plain, wire.loads(wire.dumps(wire.to_plain(wire.from_plain(shape, plain))))) == []


@every_part
def test_message_goes_there_and_back_unchanged(file: Path, part: str, shape: type) -> None:
    message = example(shape)

    assert wire.from_plain(shape, wire.loads(wire.dumps(wire.to_plain(message)))) == message


@every_part
def test_message_of_a_newer_neighbour_is_read(file: Path, part: str, shape: type) -> None:
    plain = golden(file, part)

    assert wire.from_plain(shape, grown(plain)) == wire.from_plain(shape, plain)


@every_part
def test_message_without_its_required_fields_is_refused(file: Path, part: str, shape: type) -> None:
    plain = golden(file, part)
    for field in wire.schema_of(shape).fields.values():
        if field.required:
            without = {key: value for key, value in plain.items() if key != field.name}
            with pytest.raises(InvalidValue):
                wire.from_plain(shape, without)


def test_no_golden_file_is_left_of_a_shape_that_is_gone() -> None:
    """A version goes when nobody sends it any more; then its file goes with it, on purpose."""
    assert {file.name for file in GOLDEN.glob("*.json")} == {file.name for file in files()}
