"""Log lines: allow-listed fields only, no text that came from outside."""

from __future__ import annotations

import json
import logging
import sys

from hypothesis import given
from hypothesis import strategies as st

from services.common.kit.logs import ALLOWED, JsonLines

SECRET = "42020219800101001X"
LINES = JsonLines("contract", "serve")


def line(
    message: str, *args: object, name: str = "services.contract", failed: bool = False, **extra: object
) -> dict[str, object]:
    record = logging.getLogger(name).makeRecord(
        name, logging.INFO, __file__, 1, message, args, sys.exc_info() if failed else None, extra=extra
    )
    written: dict[str, object] = json.loads(LINES.format(record))
    return written


def test_allowed_fields_are_written_beside_who_says_it() -> None:
    written = line("case opened", case_no="huangshi-2026112200001", code="x.y", seconds=0.5)

    assert (written["message"], written["service"], written["process"]) == ("case opened", "contract", "serve")
    assert (written["case_no"], written["code"], written["seconds"]) == ("huangshi-2026112200001", "x.y", 0.5)


@given(
    st.dictionaries(
        st.sampled_from(["id_number", "mobile", "person", "text", "body", "address", "token", "proof", "payload"]),
        st.just(SECRET),
        min_size=1,
    )
)
def test_no_other_field_is_written(extra: dict[str, object]) -> None:
    assert SECRET not in json.dumps(line("said", **extra))


def test_arguments_of_a_message_are_not_written() -> None:
    assert SECRET not in json.dumps(line("the number is %s", SECRET))


def test_exception_is_told_by_type_and_place_without_its_text() -> None:
    try:
        raise ValueError(SECRET)
    except ValueError:
        written = line("failed", failed=True)

    assert written["error_type"] == "ValueError"
    assert any("test_exception_is_told" in str(place) for place in written["place"])  # type: ignore[attr-defined]
    assert SECRET not in json.dumps(written)


def test_text_of_a_library_is_not_written() -> None:
    written = line(f"cannot parse {SECRET}", name="sqlalchemy.engine")

    assert SECRET not in json.dumps(written)
    assert written["logger"] == "sqlalchemy.engine"


def test_allow_list_holds_no_personal_field() -> None:
    assert not {"name", "mobile", "id_number", "address", "text", "body", "url", "query", "token", "email"} & set(
        ALLOWED
    )


def test_value_json_cannot_write_does_not_lose_the_line() -> None:
    assert line("said", count={1, 2})["message"] == "said"
