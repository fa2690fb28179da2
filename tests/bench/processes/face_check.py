"""The face bench in the engine's own environment: prints its figures as JSON. Synthetic people, made at run time."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from statistics import median

import numpy as np
import numpy.typing as npt

from services.identity.adapters.face_engine import jobs
from services.identity.adapters.face_engine.detection import the_face
from services.identity.adapters.face_engine.models import Models
from services.identity.adapters.face_engine.pictures import decode
from services.identity.domain.face_challenge import Action
from tests.support.demo_faces import Studio

STEPS = (Action.NEUTRAL, Action.TURN_LEFT, Action.TURN_RIGHT, Action.OPEN_MOUTH)


def main() -> None:
    """Measure and print."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # native libraries print
    rounds = int(sys.argv[1])
    studio = Studio()
    face = studio.person(0)
    card = studio.card(face, 0)
    drawn = studio.act(face)
    sitting = studio.sitting(drawn, studio.reference(card), 0, 0)
    models = studio.models
    engine = jobs.FaceEngine(models)
    template = bytes(_bytes(engine.card_template(card)["template"]))
    chips = [_chip(models, sitting.frames[step]) for step in STEPS]
    whole = _cpu(lambda: _check(engine, sitting.frames, template), rounds)
    bare = _cpu(lambda: [models.encoder.compute_face_descriptor(chip) for chip in chips], rounds)
    figures = {
        "identity.face_check.cpu_s": round(whole, 4),
        "identity.face_check.bare_encode_cpu_s": round(bare, 4),
        "identity.face_check.ratio_to_bare": round(whole / bare, 3),
    }
    answers.write(json.dumps(figures))
    answers.flush()


def _check(engine: jobs.FaceEngine, frames: Mapping[Action, bytes], template: bytes) -> object:
    neutral = engine.frame(frames[Action.NEUTRAL], Action.NEUTRAL)
    for action in STEPS[1:]:
        engine.frame(frames[action], action, neutral["template"], neutral)
    return jobs.compare(template, _bytes(neutral["template"]))


def _bytes(value: object) -> bytes:
    """Return it; the engine's answers are untyped."""
    if not isinstance(value, bytes):
        raise TypeError
    return value


def _chip(models: Models, image: bytes) -> npt.NDArray[np.uint8]:
    pixels = decode(image).pixels
    face = the_face(models, pixels)
    box = face.box
    dlib = models.dlib
    rectangle = dlib.rectangle(round(box.left), round(box.top), round(box.right), round(box.bottom))
    return np.asarray(dlib.get_face_chip(pixels, models.five_points(pixels, rectangle), 150))


def _cpu(act: Callable[[], object], rounds: int) -> float:
    act()
    taken = []
    for _ in range(rounds):
        start = time.process_time()
        act()
        taken.append(time.process_time() - start)
    return median(taken)


if __name__ == "__main__":
    main()
