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
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from services.common.kit.engine_child import EngineError
from services.identity.adapters.face_engine import answers, detection, jobs
from services.identity.adapters.face_engine.models import load
from services.identity.domain.face_challenge import EXTRAS, TURNS, AcceptedStep, Action, Challenge, FrameMetrics
from services.identity.domain.face_policy import FacePolicy, judge_card, judge_check, judge_step
from services.identity.domain.face_verdict import Decision, StepOutcome
from tests.support import face_actions
from tests.support.face_morph import Likeness, Pixels, morph

SAMPLE_CROP = (slice(0, 266), slice(122, 322))
FRAME_HEIGHT, FRAME_WIDTH = 640, 480
CARD_HEIGHT, CARD_WIDTH = 441, 358
TURN_DEGREES = 24.0
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


class Studio:
    """Draws people from the sample picture, with the engine's own mesh, and asks engine and policy about the result."""

    def __init__(self) -> None:
        self._models = load()
        self._engine = jobs.FaceEngine(self._models)
        self._sample = _sample()
        self._points = detection.the_face(self._models, self._sample).points

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
        return _shot(portrait, np.random.default_rng([number, 10_000]))

    def take(self, face: Pixels, number: int, take: int) -> dict[Action, bytes]:
        """One sitting: every action, each frame with a hand's own shake, light, noise and compression."""
        points = detection.the_face(self._models, face).points
        drawn = {
            Action.NEUTRAL: face,
            Action.TURN_LEFT: face_actions.turn(face, points, TURN_DEGREES),
            Action.TURN_RIGHT: face_actions.turn(face, points, -TURN_DEGREES),
            Action.OPEN_MOUTH: face_actions.open_mouth(face, points),
            Action.BLINK: face_actions.blink(face, points),
        }
        room = _light(np.random.default_rng([number, take]))
        return {
            action: _shot(frame * room, np.random.default_rng([number, take, i]))
            for i, (action, frame) in enumerate(drawn.items())
        }

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
        card = studio.card(face, number)
        references.append(studio.reference(card))
        row = {"id": f"person-{number + 1}", "card": _name(number, "card", files, card), "takes": []}
        for take in takes:
            frames = studio.take(face, number, take)
            distance = studio.rehearse(references[-1], frames)
            names = {
                str(action): _name(number, f"take-{take}-{action}", files, frame) for action, frame in frames.items()
            }
            row["takes"].append({"take": take, "card_distance": round(distance, 3), "frames": names})
        rows.append(row)
    index = {"people": rows, "least_distance_between_people": _least_distance(references)}
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
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


def _name(number: int, what: str, files: dict[str, bytes], data: bytes) -> str:
    name = f"person-{number + 1}/{what}.jpg"
    files[name] = data
    return name


def _sample() -> Pixels:
    """Head and shoulders of the sample at frame size; found without importing its package and that package's needs."""
    spec = importlib.util.find_spec("skimage")
    if spec is None or not spec.submodule_search_locations:
        raise UnfitFaces("scikit-image is missing; run deploy/local/face_env.sh")
    stored = cv2.imread(str(Path(spec.submodule_search_locations[0]) / "data" / "astronaut.png"), cv2.IMREAD_COLOR)
    head = cv2.cvtColor(stored, cv2.COLOR_BGR2RGB)[SAMPLE_CROP]
    return cv2.resize(head, (FRAME_WIDTH, 638), interpolation=cv2.INTER_CUBIC)


def _light(random: np.random.Generator) -> npt.NDArray[np.float32]:
    """The room of one sitting: soft light and shade over the frame, without which all takes would be one picture."""
    coarse = random.uniform(0.86, 1.14, (8, 6)).astype(np.float32)
    return cv2.resize(coarse, (FRAME_WIDTH, FRAME_HEIGHT), interpolation=cv2.INTER_CUBIC)[:, :, None]


def _shot(face: npt.NDArray[np.number], random: np.random.Generator) -> bytes:
    """One photograph: a little roll, nearness and offset, other light, sensor noise, JPEG."""
    height, width = face.shape[:2]
    move = cv2.getRotationMatrix2D((width / 2, height / 2), random.uniform(-2, 2), random.uniform(1.0, 1.05))
    move[:, 2] += random.uniform(-10, 10, 2)
    moved = cv2.warpAffine(face.astype(np.float32), move, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    noisy = moved * random.uniform(0.95, 1.04) + random.normal(0, 2, moved.shape)
    picture = cv2.cvtColor(noisy.clip(0, 255).astype(np.uint8), cv2.COLOR_RGB2BGR)
    return cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 88])[1].tobytes()


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
    print(f"{options.people} people in {options.folder}, at least {index['least_distance_between_people']} apart")
    return 0


if __name__ == "__main__":
    sys.exit(main())
