"""Decides how the engine says no: one exception with a stable dotted code and plain context, never personal data."""

from __future__ import annotations

from services.common.kit.errors import DomainError, Kind


class EngineError(DomainError):
    """A fact that stopped a job, such as `signing.field_missing`. `kind` tells the caller whether repeating can help."""

    code = "signing.engine_failed"
    kind = Kind.INVALID

    def __reduce__(self) -> tuple[object, ...]:
        """Survive the pipe between the engine process and its owner with code, kind and context."""
        return (_rebuild, (self.code, self.kind.value, self.context))


def _rebuild(code: str, kind: str, context: dict[str, str | int | bool | list[str] | None]) -> EngineError:
    return EngineError(code, Kind(kind), **context)
