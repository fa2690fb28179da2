"""The captcha engine in a process of its own: pictures and sounds that are there, differ, and keep their digits to themselves."""

import io
import shutil
import sys
import wave
from collections.abc import Iterator

import pytest

from services.common.kit.errors import DomainError, Kind
from services.identity.adapters.captchas import ENGINE, EngineCaptchas
from tests.adapters.identity.face_engine_process import EngineProcess
from tests.unit.identity.world import refused

pytest.importorskip("PIL")


@pytest.fixture(scope="module")
def engine() -> Iterator[EngineProcess]:
    process = EngineProcess(sys.executable, "-m", "services.common.kit.engine_child", ENGINE)
    yield process
    process.close()


def content(engine: EngineProcess, job: str, **args: object) -> bytes:
    answer = engine.ask(job, **args)
    assert answer["ok"], answer
    result = answer["result"]
    assert isinstance(result, dict)
    assert isinstance(result["content"], bytes)
    return result["content"]


def test_a_picture_is_a_png_with_much_ink_and_never_the_same_twice(engine: EngineProcess) -> None:
    from PIL import Image

    one, other = content(engine, "draw", digits="23456"), content(engine, "draw", digits="23456")

    picture = Image.open(io.BytesIO(one))
    assert (picture.format, picture.size) == ("PNG", (200, 72))
    assert 0.03 < sum(pixel < 200 for pixel in picture.convert("L").tobytes()) / (200 * 72) < 0.6
    assert one != other
    assert b"23456" not in one


@pytest.mark.skipif(not shutil.which("espeak-ng"), reason="needs espeak-ng")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_sound_lasts_as_long_as_its_digits_and_is_no_silence(language: str, engine: EngineProcess) -> None:
    def seconds(digits: str) -> float:
        with wave.open(io.BytesIO(content(engine, "speak", digits=digits, language=language))) as sound:
            frames = sound.readframes(sound.getnframes())
            assert max(frames[1::2]) > 0
            return sound.getnframes() / sound.getframerate()

    short, long = seconds("2"), seconds("23456")

    assert 0.2 < short < long < 20


@pytest.mark.parametrize("digits", ["", "12a", "123456789", "--help"])
def test_what_is_no_digits_is_refused(digits: str, engine: EngineProcess) -> None:
    answer = engine.ask("speak", digits=digits, language="zh")

    assert (answer["ok"], answer["code"]) == (False, "identity.captcha_failed")


def test_an_engine_that_fails_is_unavailable() -> None:
    class Failing:
        def run(self, job: str, args: dict[str, object], timeout: float) -> dict[str, object]:
            raise DomainError("engine.died", Kind.INTERNAL)

    with refused("identity.captcha_failed"):
        EngineCaptchas(Failing()).draw("23456")
