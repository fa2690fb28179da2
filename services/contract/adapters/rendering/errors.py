"""Decides how a refusal to draw a document is said: a dotted code and plain context, without personal data.

Leaves to others: how it crosses the pipe of an engine process, and what the caller does about it.
"""


class EngineError(Exception):
    """A fact that stops the drawing, with a stable `code` and a `context` of plain values."""

    def __init__(self, code: str, **context: str | int) -> None:
        """Keep `code` (dotted, stable) and `context` (ids, codes, counts; never a name or an identity number)."""
        super().__init__(code)
        self.code = code
        self.context = context

    def __reduce__(self) -> tuple[object, ...]:
        """Survive pickling with the context."""
        return (_rebuild, (type(self), self.code, self.context))


class RenderError(EngineError):
    """The document could not be drawn: the converter failed, ran out of time, or gave something that is no PDF."""

    kind = "unavailable"
    """Nothing the caller typed is wrong: it may be tried again."""

    def __init__(self, reason: str, **context: str | int) -> None:
        """Name the `reason` in one word; the converter's own output is kept out, it may quote the document."""
        super().__init__("contract.render_failed", reason=reason, **context)


def _rebuild(kind: type[EngineError], code: str, context: dict[str, str | int]) -> EngineError:
    error = EngineError.__new__(kind)
    EngineError.__init__(error, code, **context)
    return error
