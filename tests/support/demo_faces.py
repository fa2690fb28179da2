"""Makes the demo's faces at run time: synthetic people, each with an ID-card portrait and a frame for every action.

    python -m tests.support.demo_faces OUTDIR [--people 4] [--takes 1] [--first-take 0]

runs under the face engine's environment and writes JPEGs and OUTDIR/index.json. The sample is a picture of the public
domain inside scikit-image's wheel; `face_morph` makes people of it who do not exist. Same arguments, same bytes. A take
is one sitting before the camera: a service that remembers frames refuses the same take twice, so each check needs one
of its own. Before anything is written the engine and the policy must accept every frame, and must find the people
pairwise different; otherwise the program ends with a message and status 1.
"""

import argparse
import importlib.util
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from services.common.kit.engine_child import EngineError
from services.identity.adapters.face_engine import answers, detection, jobs
from services.identity.adapters.face_engine.models import Models, load
from services.identity.domain.face_challenge import EXTRAS, TURNS, AcceptedStep, Action, Challenge, FrameMetrics
from services.identity.domain.face_policy import FacePolicy, judge_card, judge_check, judge_step
from services.identity.domain.face_verdict import Decision, StepOutcome
from tests.support import face_actions, face_photos
from tests.support.face_morph import Likeness, Pixels, morph

SAMPLE_CROP = (slice(0, 266), slice(122, 322))
FRAME_HEIGHT, FRAME_WIDTH = 640, 480
CARD_HEIGHT, CARD_WIDTH = 441, 358
TURN_DEGREES = 24.0
SHOTS = 3
POLICY = FacePolicy()

PEOPLE = (
    Likeness(
        0.06,
        0.01,
        -0.08,
        -0.363,
        0.028,
        -0.24,
        -0.259,
        -0.044,
        0.045,
        0.082,
        0.043,
        0.054,
        0.024,
        -0.081,
        0.099,
        -0.757,
    ),
    Likeness(
        -0.063,
        0.032,
        0.165,
        -0.341,
        -0.051,
        -0.177,
        0.174,
        0.048,
        0.225,
        -0.077,
        -0.066,
        0.02,
        0.024,
        -0.07,
        -0.066,
        0.524,
    ),
    Likeness(
        0.012,
        0.002,
        -0.186,
        0.188,
        -0.02,
        -0.13,
        0.232,
        0.045,
        -0.201,
        -0.087,
        -0.081,
        0.031,
        -0.023,
        -0.063,
        0.044,
        0.81,
    ),
    Likeness(
        -0.052,
        0.003,
        0.265,
        -0.18,
        0.039,
        -0.208,
        0.262,
        -0.05,
        -0.036,
        -0.068,
        -0.104,
        -0.034,
        -0.036,
        0.082,
        0.072,
        0.492,
    ),
)
"""Chosen from 544 random likenesses: all act recognisably in every take tried, and are at least 0.64 apart."""


class UnfitFaces(Exception):
    """The pictures made here do not do what they are for; says which and why."""


@dataclass(frozen=True)
class Sitting:
    """One take that passed the rehearsal, with its distance to the card portrait."""

    take: int
    frames: dict[Action, bytes]
    card_distance: float

    def files(self, person: str) -> dict[str, bytes]:
        """The frames by their paths below the output folder."""
        return {f"{person}/take-{self.take}-{action}.jpg": data for action, data in self.frames.items()}

    def row(self, person: str) -> dict[str, object]:
        """What index.json says of it."""
        paths = {str(action): f"{person}/take-{self.take}-{action}.jpg" for action in self.frames}
        return {"take": self.take, "card_distance": round(self.card_distance, 3), "frames": paths}


class Studio:
    """Draws people from the sample picture, with the engine's own mesh, and asks engine and policy about the result."""

    def __init__(self) -> None:
        self._models = load()
        self._engine = jobs.FaceEngine(self._models)
        self._sample = _sample()
        self._points = detection.the_face(self._models, self._sample).points

    @property
    def models(self) -> Models:
        """The engine's models; they load once a process."""
        return self._models

    def person(self, number: int) -> Pixels:
        """The person's neutral face, always the same."""
        face = morph(self._sample, self._points, PEOPLE[number])
        factor = max(FRAME_HEIGHT / face.shape[0], FRAME_WIDTH / face.shape[1])
        fitted = cv2.resize(face, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
        left = (fitted.shape[1] - FRAME_WIDTH) // 2
        return np.ascontiguousarray(fitted[:FRAME_HEIGHT, left : left + FRAME_WIDTH])

    def card(self, face: Pixels, number: int) -> bytes:
        """The head as an ID card's portrait shows it."""
        box = detection.the_face(self._models, face).box
        middle, width = (box.left + box.right) / 2, box.width * 1.7
        left, top = max(0, int(middle - width / 2)), max(0, int(box.top - box.width * 0.62))
        head = face[top : top + int(width * CARD_HEIGHT / CARD_WIDTH), left : left + int(width)]
        portrait = cv2.resize(head, (CARD_WIDTH, CARD_HEIGHT), interpolation=cv2.INTER_AREA)
        return face_photos.shot(portrait, np.random.default_rng([number, 10_000]))

    def act(self, face: Pixels) -> dict[Action, Pixels]:
        """Every action of a person, drawn once; a sitting photographs them."""
        points = detection.the_face(self._models, face).points
        return {
            Action.NEUTRAL: face,
            Action.TURN_LEFT: face_actions.turn(face, points, TURN_DEGREES),
            Action.TURN_RIGHT: face_actions.turn(face, points, -TURN_DEGREES),
            Action.OPEN_MOUTH: face_actions.open_mouth(face, points),
            Action.BLINK: face_actions.blink(face, points),
        }

    def sitting(self, drawn: Mapping[Action, Pixels], reference: bytes, number: int, take: int) -> Sitting:
        """Photograph every action; like a person, try again where a shot is spoilt. Raises UnfitFaces after SHOTS."""
        for shot in range(SHOTS):
            frames = dict(zip(drawn, face_photos.sitting([*drawn.values()], [number, take, shot]), strict=True))
            try:
                return Sitting(take, frames, self.rehearse(reference, frames))
            except (UnfitFaces, EngineError) as refusal:
                spoilt = refusal
        raise UnfitFaces(f"person {number + 1}, take {take}: {spoilt}")

    def reference(self, card: bytes) -> bytes:
        """The card's template, after the policy's own gate."""
        answer = self._engine.card_template(card)
        if reasons := judge_card(POLICY, answers.card_metrics(answer)):
            raise UnfitFaces(f"card refused: {', '.join(reasons)}")
        return bytes(answer["template"])

    def rehearse(self, reference: bytes, frames: Mapping[Action, bytes]) -> float:
        """Carry the frames through every challenge there is; return the distance to the card or raise UnfitFaces."""
        neutral = self._engine.frame(frames[Action.NEUTRAL], Action.NEUTRAL)
        measured = {Action.NEUTRAL: answers.frame_metrics(neutral)}
        for action in list(frames)[1:]:
            answer = self._engine.frame(frames[action], action, neutral["template"], neutral)
            measured[action] = answers.frame_metrics(answer)
        distance = float(str(jobs.compare(reference, bytes(neutral["template"]))["distance"]))
        for extra in EXTRAS:
            _play((*TURNS, extra), measured, distance)
        return distance


def make(folder: Path, people: int, takes: range) -> dict[str, object]:
    """Draw, rehearse and write everything; return what index.json says."""
    studio = Studio()
    references, rows, files = [], [], {}
    for number in range(people):
        face = studio.person(number)
        card, drawn = studio.card(face, number), studio.act(face)
        references.append(studio.reference(card))
        sittings = [studio.sitting(drawn, references[-1], number, take) for take in takes]
        name = f"person-{number + 1}"
        files[f"{name}/card.jpg"] = card
        files |= {path: data for sitting in sittings for path, data in sitting.files(name).items()}
        rows.append({"id": name, "card": f"{name}/card.jpg", "takes": [sitting.row(name) for sitting in sittings]})
    index = {"people": rows, "least_distance_between_people": _least_distance(references)}
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    (folder / "index.json").write_text(json.dumps(index, indent=2) + "\n")
    return index


def _play(actions: tuple[Action, ...], measured: Mapping[Action, FrameMetrics], distance: float) -> None:
    began = datetime(2025, 1, 1, tzinfo=UTC)
    challenge, accepted = Challenge(actions, began), []
    for number, action in enumerate(challenge.steps, start=1):
        arrived_at = began + timedelta(seconds=2 * number)
        verdict = judge_step(POLICY, challenge, accepted, measured[action], arrived_at)
        if verdict.outcome is not StepOutcome.ACCEPTED:
            raise UnfitFaces(f"{action}: {', '.join(verdict.reasons)}: {measured[action]}")
        accepted.append(AcceptedStep(action, measured[action], arrived_at))
    result = judge_check(POLICY, challenge, accepted, distance)
    if result.decision is not Decision.PASS:
        raise UnfitFaces(f"check: {result}")


def _least_distance(references: list[bytes]) -> float | None:
    distances = [float(str(jobs.compare(one, other)["distance"])) for one, other in combinations(references, 2)]
    if distances and min(distances) <= POLICY.review_distance:
        raise UnfitFaces(f"two people are {min(distances):.2f} apart, the policy needs {POLICY.review_distance}")
    return round(min(distances), 3) if distances else None


def _sample() -> Pixels:
    """Head and shoulders of the sample at frame size; found without importing its package and that package's needs."""
    spec = importlib.util.find_spec("skimage")
    if spec is None or not spec.submodule_search_locations:
        raise UnfitFaces("scikit-image is missing; run deploy/local/face_env.sh")
    stored = Image.open(Path(spec.submodule_search_locations[0]) / "data" / "astronaut.png")
    head = np.asarray(stored.convert("RGB"))[SAMPLE_CROP]
    return cv2.resize(head, (FRAME_WIDTH, 638), interpolation=cv2.INTER_CUBIC)


def main() -> int:
    """Parse the arguments, make the faces, say what was made."""
    parser = argparse.ArgumentParser(description="Make the demo's synthetic people")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--people", type=int, default=len(PEOPLE), choices=range(1, len(PEOPLE) + 1))
    parser.add_argument("--takes", type=int, default=1)
    parser.add_argument("--first-take", type=int, default=0)
    options = parser.parse_args()
    try:
        index = make(options.folder, options.people, range(options.first_take, options.first_take + options.takes))
    except (UnfitFaces, EngineError) as failure:
        print(f"demo faces: {failure}", file=sys.stderr)
        return 1
    apart = index["least_distance_between_people"]
    print(f"{options.people} people in {options.folder}" + (f", at least {apart} apart" if apart else ""))
    return 0


if __name__ == "__main__":
    sys.exit(main())
