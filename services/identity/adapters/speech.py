"""Speaks one of the fixed prompts of a face check (espeak-ng), in the engine's child process.

Decides voice and pace; the words are the domain's. The answer is a whole WAV: espeak-ng writes to a pipe and cannot go
back, so its own header promises more than there is.
"""

from __future__ import annotations

import io
import subprocess
import wave

from services.common.kit.engine_child import EngineError

VOICES = {"zh": "cmn", "en": "en-us"}
WORDS_A_MINUTE = "140"
SECONDS = 8.0
LONGEST_TEXT = 200
FAILED = "identity.face_prompt_failed"


def say(text: str, language: str) -> dict[str, object]:
    """Return `content`, a WAV. Refuses with `identity.face_prompt_failed`."""
    if language not in VOICES or not 0 < len(text) <= LONGEST_TEXT:
        raise EngineError(FAILED)
    command = ["espeak-ng", "-v", VOICES[language], "-s", WORDS_A_MINUTE, "--stdout"]
    try:
        spoken = subprocess.run(  # noqa: S603 - a fixed command; the text goes in by a pipe
            command, input=text.encode(), capture_output=True, timeout=SECONDS, check=True
        ).stdout
        return {"content": _whole(spoken)}
    except (OSError, subprocess.SubprocessError, wave.Error, EOFError) as silent:
        raise EngineError(FAILED) from silent


def _whole(spoken: bytes) -> bytes:
    buffer = io.BytesIO()
    with wave.open(io.BytesIO(spoken)) as source, wave.open(buffer, "wb") as target:
        target.setnchannels(source.getnchannels())
        target.setsampwidth(source.getsampwidth())
        target.setframerate(source.getframerate())
        target.writeframes(source.readframes(source.getnframes()))
    return buffer.getvalue()
