"""The child's end of the engine pipe, with small engines written for the test: what may never break the protocol."""

import io
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.common.kit.engine_child import MAX_HEADER_BYTES, ProtocolBroken, read_message, write_message
from tests.adapters.identity.face_engine_process import EngineProcess, own_python

ENGINE = """
import os, sys
from services.common.kit.engine_child import EngineError, serve

def noisy():
    print("python noise"); os.write(1, b"native noise"); os.system("echo a grandchild's noise")
    return {"stdin": sys.stdin.read() if not sys.stdin.closed else ""}

def refuse(reason):
    raise EngineError("identity.refused", reason=reason, limit=3)

def crash(secret):
    raise KeyError(secret)

def build(settings):
    return {
        "reverse": lambda parts: {"parts": [part[::-1] for part in parts], "setting": settings.get("colour")},
        "noisy": noisy, "refuse": refuse, "crash": crash,
    }

serve(build)
"""


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[EngineProcess]:
    module = tmp_path / "engine.py"
    module.write_text(ENGINE)
    child = EngineProcess(own_python(), str(module), settings={"colour": "red"})
    yield child
    child.close()


def test_the_child_says_that_it_is_ready_before_anything_else(engine: EngineProcess) -> None:
    assert engine.ready == {"id": 0, "ok": True, "result": {"ready": True}}


def test_bytes_travel_both_ways_and_settings_reach_the_engine(engine: EngineProcess) -> None:
    large = bytes(range(256)) * 4000

    assert engine.result("reverse", parts=[large, b"", b"ab"]) == {"parts": [large[::-1], b"", b"ba"], "setting": "red"}


def test_noise_on_standard_output_never_reaches_the_protocol(engine: EngineProcess) -> None:
    engine.result("noisy")

    assert engine.result("reverse", parts=[b"ab"])["parts"] == [b"ba"]
    assert "native noise" in engine.close()[1]


def test_a_refusal_carries_its_code_and_context(engine: EngineProcess) -> None:
    answer = engine.ask("refuse", reason="why")

    assert (answer["ok"], answer["code"], answer["context"]) == (
        False,
        "identity.refused",
        {"reason": "why", "limit": 3},
    )


def test_an_unforeseen_exception_tells_neither_caller_nor_log_its_text(engine: EngineProcess) -> None:
    answer = engine.ask("crash", secret="420106199001011234")

    assert (answer["code"], answer["context"]) == ("engine.failed", {})
    assert engine.result("reverse", parts=[b"ab"])["parts"] == [b"ba"]
    status, errors = engine.close()
    assert status == 0
    assert "KeyError" in errors
    assert "420106199001011234" not in errors


@pytest.mark.parametrize(("job", "args"), [("nothing", {}), ("reverse", {"wrong": 1})])
def test_an_unknown_job_or_argument_is_answered_not_fatal(
    engine: EngineProcess, job: str, args: dict[str, object]
) -> None:
    assert engine.code(job, **args) in {"engine.unknown_job", "engine.failed"}
    assert engine.result("reverse", parts=[])["parts"] == []


def test_end_of_file_ends_the_child(engine: EngineProcess) -> None:
    assert engine.close()[0] == 0


def test_a_message_cut_off_in_the_middle_is_an_error_and_not_an_end() -> None:
    whole = io.BytesIO()
    write_message(whole, {"id": 1, "job": "x", "args": {"a": b"12345"}})

    for cut in range(1, len(whole.getvalue())):
        with pytest.raises(ProtocolBroken):
            read_message(io.BytesIO(whole.getvalue()[:cut]))
    assert read_message(io.BytesIO(b"")) is None


def test_a_header_length_out_of_bounds_is_refused_before_it_is_read() -> None:
    with pytest.raises(ProtocolBroken):
        read_message(io.BytesIO(struct.pack(">I", MAX_HEADER_BYTES + 1)))
