"""YAML as a person would write it: block style, order kept, long lines left whole, anchors with names, merge keys."""

from __future__ import annotations

from typing import Any

import yaml


class Merge(str):
    """The key `<<`: its value is an anchored mapping that is taken over."""

    __slots__ = ()


class Named(dict[str, Any]):
    """A mapping with an anchor of this name wherever it is used more than once."""

    def __init__(self, name: str, content: dict[str, Any]) -> None:
        super().__init__(content)
        self.name = name


class _Dumper(yaml.SafeDumper):
    """Writes the two types above."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._names: dict[int, str] = {}

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002 - lists are indented too
        super().increase_indent(flow, indentless=False)

    def generate_anchor(self, node: yaml.Node) -> str:
        return self._names.get(id(node)) or super().generate_anchor(node)

    def named(self, data: Named) -> yaml.Node:
        node = self.represent_dict(dict(data).items())
        # `represent_dict` remembers the copy; the anchor is found by the object itself
        self.represented_objects[id(data)] = node
        self._names[id(node)] = data.name
        return node

    def text(self, data: str) -> yaml.Node:
        style = "|" if "\n" in data else None
        return self.represent_scalar("tag:yaml.org,2002:str", data, style=style)


_Dumper.add_representer(Named, _Dumper.named)
_Dumper.add_representer(str, _Dumper.text)
_Dumper.add_representer(Merge, lambda dumper, _: dumper.represent_scalar("tag:yaml.org,2002:merge", "<<"))


def dump(*documents: Any) -> str:
    """Return one or several documents."""
    return yaml.dump_all(
        documents, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=4096, explicit_start=len(documents) > 1
    )
