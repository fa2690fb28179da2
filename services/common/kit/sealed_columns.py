"""Columns whose values are sealed by `fields`: a service's tables name them by these types, and the field key's rotation finds them so.

Decides how a value that is not under the newest key is told from others in SQL, and how it is rewritten. Nothing sealed
(NULL, an empty text) stays nothing. The types change nothing in the database: migrations know Text, BYTEA and JSONB.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from sqlalchemy import Column, ColumnElement, LargeBinary, Table, Text, and_, cast, func
from sqlalchemy.dialects.postgresql import JSONB, JSONPATH

from services.common.kit.fields import FieldCipher

Waits: TypeAlias = ColumnElement[bool]


class SealedText(Text):
    """One sealed value."""

    @staticmethod
    def waits(column: Column[Any], newest: str) -> Waits:
        """Whether something is sealed here, by a key other than the one of that name."""
        return and_(column != "", column.not_like(f"{newest}:%"))

    @staticmethod
    def renewed(sealed: str, cipher: FieldCipher) -> str:
        """Return the same under the newest key. Raises DomainError `field.unreadable`."""
        return cipher.renewed(sealed) if sealed else sealed


class SealedBytes(LargeBinary):
    """One sealed value, kept as bytes."""

    @staticmethod
    def waits(column: Column[Any], newest: str) -> Waits:
        """Whether something is sealed here, by a key other than the one of that name."""
        mark = f"{newest}:".encode()
        return and_(column != b"", func.substr(column, 1, len(mark)) != mark)

    @staticmethod
    def renewed(sealed: bytes, cipher: FieldCipher) -> bytes:
        """Return the same under the newest key. Raises DomainError `field.unreadable`."""
        return cipher.renewed(bytes(sealed).decode()).encode() if sealed else sealed


class SealedParts(JSONB):
    """A document of parts, each sealed for itself: name -> sealed value. A part that is no text is nothing sealed."""

    @staticmethod
    def waits(column: Column[Any], newest: str) -> Waits:
        """Whether a part is sealed by a key other than the one of that name."""
        other = f'$.* ? (@ != "" && !(@ starts with "{newest}:"))'
        return func.jsonb_path_exists(column, cast(other, JSONPATH))

    @staticmethod
    def renewed(sealed: Mapping[str, Any], cipher: FieldCipher) -> dict[str, Any]:
        """Return the same under the newest key. Raises DomainError `field.unreadable`."""
        return {name: cipher.renewed(part) if isinstance(part, str) and part else part for name, part in sealed.items()}


def sealed_columns(table: Table) -> tuple[Column[Any], ...]:
    """Return the table's columns of these types."""
    return tuple(one for one in table.columns if isinstance(one.type, SealedText | SealedBytes | SealedParts))
