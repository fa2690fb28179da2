"""The child's end of the engine pipe: framing, dispatch, errors and the end of the process.

This module decides how a heavy job reaches a plain Python child process and how its answer leaves it. It leaves to
`engines` in the parent when to start, time out, kill and recycle a child, and to the engine module what a job does.
It imports the standard library only, because it must load in any virtual environment, also one whose versions of
everything else contradict ours.

Wire, both directions: a 4-byte big-endian length, that many bytes of UTF-8 JSON (the header), then the blobs named
by the header's ``blobs`` (their lengths in bytes), back to back. Inside ``args`` and ``result`` a bytes value is
written as ``{"$blob": index}``.

    request    {"id": 7, "job": "frame", "args": {"image": {"$blob": 0}}, "blobs": [48213]}
    answer     {"id": 7, "ok": true, "result": {...}, "blobs": []}
    refusal    {"id": 7, "ok": false, "code": "identity.face_no_face", "kind": "invalid", "context": {...}, "blobs": []}
    ready      {"id": 0, "ok": true, "result": {"ready": true}, "blobs": []}     once, when loading has ended

The private copy of standard output is the only way to the parent: descriptor 1 is pointed at standard error before
anything heavy is loaded, because native libraries print. End of file on standard input ends the process.
"""

import importlib
import json
import os
import signal
import struct
import sys
from collections.abc import Callable, Mapping
from typing import BinaryIO

MAX_HEADER_BYTES = 1024 * 1024
MAX_BLOB_BYTES = 256 * 1024 * 1024
"""All blobs of one message together. The parent is trusted; this stops a lost frame boundary from eating the memory."""

SETTINGS_VARIABLE = "GUOHU_ENGINE_SETTINGS"

_LENGTH = struct.Struct(">I")

Job = Callable[..., Mapping[str, object]]
"""A job takes the request's ``args`` as keywords and returns the answer's ``result``."""

Settings = dict[str, object]


class EngineError(Exception):
    """A refusal the caller is meant to see: a dotted, stable code and plain context (JSON values, no personal data)."""

    def __init__(self, code: str, **context: object) -> None:
        super().__init__(code)
        self.code = code
        self.context = context


class ProtocolBroken(Exception):
    """The byte stream is not what this module writes; nothing after it can be trusted, so the process ends."""


def serve(build: Callable[[Settings], Mapping[str, Job]]) -> None:
    """Load the engine once, say that it is ready, then answer one request after the other until end of file.

    `build` gets the settings (the JSON object in GUOHU_ENGINE_SETTINGS, or an empty one) and returns the jobs by name.
    What it raises ends the process with its traceback on standard error: a parent must see an engine that cannot load.
    """
    requests, answers = _claim_pipes()
    jobs = build(_settings())
    write_message(answers, {"id": 0, "ok": True, "result": {"ready": True}})
    while (request := read_message(requests)) is not None:
        write_message(answers, _answer(jobs, request))


def read_message(stream: BinaryIO) -> dict[str, object] | None:
    """Read one message with its blobs put back in place; None at an orderly end of file.

    Raises ProtocolBroken where the stream ends inside a message or a length is out of bounds.
    """
    prefix = stream.read(_LENGTH.size)
    if not prefix:
        return None
    if len(prefix) < _LENGTH.size:
        raise ProtocolBroken("end of file inside a length")
    (length,) = _LENGTH.unpack(prefix)
    if length > MAX_HEADER_BYTES:
        raise ProtocolBroken(f"header of {length} bytes")
    header = json.loads(_read_exactly(stream, length))
    lengths = header.pop("blobs", [])
    if sum(lengths) > MAX_BLOB_BYTES:
        raise ProtocolBroken(f"blobs of {sum(lengths)} bytes")
    blobs = [_read_exactly(stream, blob_length) for blob_length in lengths]
    return {key: _with_blobs(value, blobs) for key, value in header.items()}


def write_message(stream: BinaryIO, message: Mapping[str, object]) -> None:
    """Write one message, every bytes value inside it as a blob, and flush."""
    blobs: list[bytes] = []
    header: dict[str, object] = {key: _without_blobs(value, blobs) for key, value in message.items()}
    header["blobs"] = [len(blob) for blob in blobs]
    encoded = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    if len(encoded) > MAX_HEADER_BYTES:
        raise ProtocolBroken(f"header of {len(encoded)} bytes")
    stream.write(_LENGTH.pack(len(encoded)) + encoded)
    stream.writelines(blobs)
    stream.flush()


def _answer(jobs: Mapping[str, Job], request: Mapping[str, object]) -> dict[str, object]:
    """Run the job; a refusal becomes its code, anything unforeseen `engine.failed` and nothing more.

    Exception texts stay here: a library's message may quote the picture's or the document's content.
    """
    number, name, args = request.get("id"), request.get("job"), request.get("args", {})
    job = jobs.get(name) if isinstance(name, str) else None
    if job is None or not isinstance(args, dict):
        return {"id": number, "ok": False, "code": "engine.unknown_job", "kind": "internal", "context": {}}
    try:
        return {"id": number, "ok": True, "result": job(**args)}
    except Exception as failure:  # noqa: BLE001 - the loop must survive whatever a native library raises
        return {"id": number, "ok": False, **_refusal(str(name), failure)}


def _refusal(name: str, failure: Exception) -> dict[str, object]:
    """Name a refusal by its code, kind and context; a service's own exceptions carry the same three as EngineError."""
    code, context = getattr(failure, "code", None), getattr(failure, "context", None)
    if isinstance(code, str) and isinstance(context, dict):
        return {"code": code, "kind": str(getattr(failure, "kind", "invalid")), "context": context}
    print(f"engine job {name} failed: {type(failure).__name__}", file=sys.stderr, flush=True)  # noqa: T201 - all a child has for a log
    return {"code": "engine.failed", "kind": "internal", "context": {}}


def _claim_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Keep the real standard streams for the protocol alone and give everybody else harmless ones."""
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    devnull = os.open(os.devnull, os.O_RDONLY)
    os.dup2(devnull, 0)
    os.close(devnull)
    os.dup2(2, 1)
    # Ctrl-C in a terminal reaches the whole group; the parent finishes its work first and then closes the pipe.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return requests, answers


def _settings() -> Settings:
    settings = json.loads(os.environ.get(SETTINGS_VARIABLE) or "{}")
    if not isinstance(settings, dict):
        raise TypeError(f"{SETTINGS_VARIABLE} must hold a JSON object")
    return settings


def _read_exactly(stream: BinaryIO, length: int) -> bytes:
    data = stream.read(length)
    if len(data) < length:
        raise ProtocolBroken("end of file inside a message")
    return data


def _with_blobs(value: object, blobs: list[bytes]) -> object:
    if isinstance(value, dict):
        if value.keys() == {"$blob"}:
            return blobs[value["$blob"]]
        return {key: _with_blobs(item, blobs) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_blobs(item, blobs) for item in value]
    return value


def _without_blobs(value: object, blobs: list[bytes]) -> object:
    if isinstance(value, bytes):
        blobs.append(value)
        return {"$blob": len(blobs) - 1}
    if isinstance(value, Mapping):
        return {key: _without_blobs(item, blobs) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_without_blobs(item, blobs) for item in value]
    return value


def main() -> None:
    """`python -m services.common.kit.engine_child MODULE`: serve what the module's `build(settings)` returns."""
    serve(importlib.import_module(sys.argv[1]).build)


if __name__ == "__main__":
    main()
