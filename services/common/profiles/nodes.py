"""Reads a YAML node into a frozen dataclass and notes every mistake with its line.

Decides how a value is written (whole numbers, decimals, true/false, one of a list of words); leaves what is allowed to
`schema` and `rules`. Scalars are read as text first, so that `2026.1` stays a version and `0.20` a decimal.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import types
import typing
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from enum import EnumMeta, StrEnum
from typing import TypeVar

import yaml

from services.common.profiles.problems import Problem

T = TypeVar("T")


class _Refused(Exception):
    pass


class NodeReader:
    """Reads one file's nodes; `problems` collects mistakes, `lines` remembers the line of each path."""

    def __init__(self, file: str) -> None:
        """Start with nothing noted."""
        self.file = file
        self.problems: list[Problem] = []
        self.lines: dict[str, int] = {}

    def read(self, shape: type[T], node: yaml.Node) -> T | None:
        """Return the record, or None when a mistake was noted."""
        try:
            record = self._record(shape, node, "")
        except _Refused:
            return None
        return None if self.problems else typing.cast("T", record)

    def note(self, path: str, fault: str, remedy: str) -> None:
        """Note a mistake at a path already read."""
        line = self.lines.get(path) or self.lines.get(re.sub(r"[.\[][^.\[]*$", "", path), 1)
        self.problems.append(Problem(self.file, line, path or "profile", fault, remedy))

    def _refuse(self, node: yaml.Node, path: str, fault: str, remedy: str) -> _Refused:
        self.problems.append(Problem(self.file, node.start_mark.line + 1, path or "profile", fault, remedy))
        return _Refused()

    def _record(self, shape: type, node: yaml.Node, path: str) -> object:
        self.lines[path] = node.start_mark.line + 1
        if not isinstance(node, yaml.MappingNode):
            raise self._refuse(node, path, "must be a block of keys", "Write `key: value` lines, indented below it.")
        fields = {one.name: one for one in dataclasses.fields(shape)}
        given = self._keys(node, path, set(fields))
        hints = typing.get_type_hints(shape)
        values: dict[str, object] = {}
        refused = False
        for name, one in fields.items():
            inner = f"{path}.{name}" if path else name
            if name in given:
                try:
                    values[name] = self._value(hints[name], given[name], inner, one.metadata)
                except _Refused:
                    refused = True
            elif one.default is dataclasses.MISSING and one.default_factory is dataclasses.MISSING:
                self._refuse(node, inner, "is missing", f"Add `{name}: ...` here.")
                refused = True
        if refused:
            raise _Refused
        return shape(**values)

    def _keys(self, node: yaml.MappingNode, path: str, known: set[str]) -> dict[str, yaml.Node]:
        given: dict[str, yaml.Node] = {}
        for key, value in node.value:
            inner = f"{path}.{key.value}" if path else str(key.value)
            if key.value not in known:
                self._refuse(
                    key, inner, "is not a key of this block", f"Remove it, or use one of: {', '.join(sorted(known))}."
                )
            elif key.value in given:
                self._refuse(key, inner, "is given twice", "Keep one of the two.")
            else:
                given[key.value] = value
                self.lines[inner] = key.start_mark.line + 1
        return given

    def _value(self, hint: object, node: yaml.Node, path: str, bounds: Mapping[str, object]) -> object:
        if typing.get_origin(hint) is types.UnionType:  # `X | None`: what may be left out; where it stands it is an X
            hint = next(one for one in typing.get_args(hint) if one is not type(None))
        if typing.get_origin(hint) is tuple:
            return self._list(typing.get_args(hint)[0], node, path, bounds)
        if isinstance(hint, type) and dataclasses.is_dataclass(hint):
            return self._record(hint, node, path)
        self.lines.setdefault(path, node.start_mark.line + 1)
        if not isinstance(node, yaml.ScalarNode) or node.tag == "tag:yaml.org,2002:null":
            raise self._refuse(node, path, "must be a single value", "Write it on the same line as its key.")
        return self._scalar(typing.cast("type", hint), node, path, bounds)

    def _list(self, item: object, node: yaml.Node, path: str, bounds: Mapping[str, object]) -> tuple[object, ...]:
        self.lines.setdefault(path, node.start_mark.line + 1)
        if not isinstance(node, yaml.SequenceNode):
            raise self._refuse(node, path, "must be a list", "Write one `- entry` a line, or `[a, b]`.")
        if len(node.value) < typing.cast("int", bounds.get("fewest", 0)):
            raise self._refuse(node, path, "has too few entries", f"Give at least {bounds['fewest']}.")
        found: list[object] = []
        for index, entry in enumerate(node.value):
            try:
                found.append(self._value(item, entry, f"{path}[{index}]", {}))
            except _Refused:
                continue  # noted; the other entries are read too, so that all mistakes are told at once
        return tuple(found)

    def _scalar(self, kind: type, node: yaml.ScalarNode, path: str, bounds: Mapping[str, object]) -> object:
        text = str(node.value).strip()
        if isinstance(kind, EnumMeta) and issubclass(kind, StrEnum):
            if text not in set(kind):
                raise self._refuse(node, path, f"`{text}` is not known", f"Use one of: {', '.join(kind)}.")
            return kind(text)
        if kind is bool:
            if text not in {"true", "false"}:
                raise self._refuse(node, path, f"`{text}` is neither true nor false", "Write `true` or `false`.")
            return text == "true"
        if kind in {int, Decimal}:
            return self._number(kind, node, path, bounds)
        if kind is dt.date:
            return self._day(text, node, path)
        return self._text(text, node, path, bounds)

    def _day(self, text: str, node: yaml.ScalarNode, path: str) -> dt.date:
        try:
            return dt.date.fromisoformat(text)
        except ValueError:
            raise self._refuse(node, path, f"`{text}` is no day", "Write it as 2026-11-22.") from None

    def _number(self, kind: type, node: yaml.ScalarNode, path: str, bounds: Mapping[str, object]) -> int | Decimal:
        try:
            number = Decimal(str(node.value).strip())
            whole = number == number.to_integral_value()
        except InvalidOperation:
            raise self._refuse(node, path, f"`{node.value}` is not a number", "Write digits only.") from None
        if kind is int and not whole:
            raise self._refuse(node, path, f"`{node.value}` is not a whole number", "Write digits only.")
        least, most = Decimal(str(bounds.get("least", "-1E9"))), Decimal(str(bounds.get("most", "1E9")))
        if not least <= number <= most:
            raise self._refuse(
                node, path, f"`{node.value}` is out of bounds", f"Choose a number from {least} to {most}."
            )
        return int(number) if kind is int else number

    def _text(self, text: str, node: yaml.ScalarNode, path: str, bounds: Mapping[str, object]) -> str:
        if not text:
            raise self._refuse(node, path, "is empty", "Write the text, or leave the key out where it has a default.")
        pattern, longest = bounds.get("pattern"), typing.cast("int", bounds.get("longest", 8000))
        if isinstance(pattern, str) and not re.fullmatch(pattern, text):
            raise self._refuse(node, path, f"`{text}` has the wrong form", f"It must match {pattern}.")
        if len(text) > longest:
            raise self._refuse(node, path, f"has {len(text)} characters", f"Shorten it to {longest}.")
        return text
