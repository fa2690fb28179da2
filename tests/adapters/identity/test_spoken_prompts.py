"""Every step of a face check can be heard, in both languages, and is spoken once."""

import io
import shutil
import wave
from typing import Any

import pytest

from services.common.kit.engine_child import EngineError
from services.common.kit.errors import DomainError, Kind
from services.common.messages.identity import GetFacePrompt
from services.identity.adapters import captcha_engine
from services.identity.adapters.prompts import EnginePrompts
from services.identity.adapters.speech import say
from services.identity.application.get_face_prompt import get_face_prompt
from services.identity.domain.face_challenge import DONE, PROMPTS, Action
from tests.unit.identity.world import anonymous, refused

speaks = pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")


class ToldEngines:
    def __init__(self, answer: dict[str, Any] | DomainError) -> None:
        self.answer, self.asked = answer, [("", "")][:0]

    def run(self, job: str, args: dict[str, Any], timeout: float) -> dict[str, Any]:
        assert (job, timeout < 12) == ("say", True)
        self.asked.append((args["text"], args["language"]))
        if isinstance(self.answer, DomainError):
            raise self.answer
        return self.answer


@speaks
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("prompt", [*PROMPTS.values(), DONE], ids=lambda one: one.en[:12])
def test_every_prompt_is_a_whole_sound_of_some_seconds(prompt: Any, language: str) -> None:
    content = say(getattr(prompt, language), language)["content"]

    assert isinstance(content, bytes)
    with wave.open(io.BytesIO(content)) as sound:
        frames = sound.readframes(sound.getnframes())
        assert len(frames) == sound.getnframes() * sound.getsampwidth()
        assert 0.3 < sound.getnframes() / sound.getframerate() < 12
        assert len(set(frames)) > 50  # not silence


@pytest.mark.parametrize(("text", "language"), [("", "zh"), ("x" * 201, "en"), ("hello", "fr")])
def test_nothing_but_a_short_text_in_a_known_language_is_spoken(text: str, language: str) -> None:
    with pytest.raises(EngineError):
        say(text, language)


def test_a_machine_without_voice_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")

    with pytest.raises(EngineError) as silent:
        say("hello", "en")
    assert silent.value.code == "identity.face_prompt_failed"


def test_the_engine_of_captchas_speaks_prompts_too() -> None:
    assert captcha_engine.build({})["say"] is say


def test_a_prompt_is_spoken_once_and_then_remembered() -> None:
    engines = ToldEngines({"content": b"RIFF"})
    prompts = EnginePrompts(engines)

    sounds = {
        get_face_prompt(prompts, GetFacePrompt(action=action, language=language), anonymous()).content
        for _ in range(3)
        for action in [*map(str, Action), "done"]
        for language in ("zh", "en")
    }

    assert len(sounds) == 1
    assert len(engines.asked) == len(set(engines.asked)) == 12


@pytest.mark.parametrize(("action", "language"), [("jump", "zh"), ("blink", "fr"), ("", "en")])
def test_what_is_no_prompt_is_refused(action: str, language: str) -> None:
    with refused("identity.face_prompt_unknown"):
        get_face_prompt(EnginePrompts(ToldEngines({})), GetFacePrompt(action=action, language=language), anonymous())


@pytest.mark.parametrize("answer", [{}, {"content": "text"}, DomainError("engine.failed", Kind.INTERNAL)])
def test_an_engine_that_fails_is_unavailable_and_is_asked_again(answer: Any) -> None:
    engines = ToldEngines(answer)
    prompts = EnginePrompts(engines)
    for _ in range(2):
        with refused("identity.face_prompt_failed"):
            prompts.speak("hello", "en")

    assert len(engines.asked) == 2
