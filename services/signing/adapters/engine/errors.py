"""Decides how the engine says no: one exception with a stable dotted code and plain context, never personal data."""

from __future__ import annotations

from services.common.kit import engine_child
from services.common.kit.errors import Kind


class EngineError(engine_child.EngineError):
    """A fact that stopped a job, such as `signing.field_missing`; `kind` tells whether repeating can help.

    The loop of the engine process knows it as a refusal and hands its code on; everything else stays unnamed there.
    """

    def __init__(self, code: str, kind: Kind = Kind.INVALID, **context: object) -> None:
        """Keep `code`, `kind` and `context` (ids, codes, counts; never a name or a number of a person)."""
        super().__init__(code, **context)
        self.kind = kind

    def __reduce__(self) -> tuple[object, ...]:
        """Survive a pickled trip between processes with code, kind and context."""
        return (_rebuild, (self.code, self.kind.value, self.context))


def _rebuild(code: str, kind: str, context: dict[str, object]) -> EngineError:
    return EngineError(code, Kind(kind), **context)
