"""The three jobs of the face engine: a card portrait's template, one live frame's measures, the distance of two templates.

Decides the sequence of steps per picture; thresholds that turn measures into verdicts are the policy's. A template is
128 float32 (512 bytes, little endian): biometric data, which the caller encrypts or forgets.
"""

from collections.abc import Iterator, Mapping

import numpy as np

from services.common.kit.engine_child import EngineError, Job, Settings
from services.identity.adapters.face_engine import measures
from services.identity.adapters.face_engine.detection import (
    ACTING_HOG_SCORE,
    FRONTAL_HOG_SCORE,
    Box,
    Face,
    roll_degrees,
    the_face,
)
from services.identity.adapters.face_engine.models import Models, load
from services.identity.adapters.face_engine.pictures import LONG_SIDE, Pixels, decode, enlarge
from services.identity.domain.face_policy import score

TEMPLATE_LENGTH = 128
MIN_CARD_FACE_PX = 60
"""Below this the detector is blind even after enlarging."""

MAX_ENLARGEMENT = 3.0

NO_FACE = "identity.face_no_face"
NEUTRAL = "neutral"


def build(settings: Settings) -> Mapping[str, Job]:  # noqa: ARG001 - the engine has nothing to set
    """Load the models and bind the jobs to them."""
    engine = FaceEngine(load())
    return {"card_template": engine.card_template, "frame": engine.frame, "compare": compare}


class FaceEngine:
    """The jobs that look at pictures, over models loaded once."""

    def __init__(self, models: Models) -> None:
        self._models = models

    def card_template(self, image: bytes) -> dict[str, object]:
        """Measure the portrait on an ID card (photograph of the card, or the portrait alone).

        Returns `template`, `face_width` (px, in the picture as examined), `enlargement`, `luminance` and `sharpness`.
        Refuses: unreadable or too large pictures, no face, several faces, identity.face_too_small.
        """
        pixels, face, enlargement = self._card_face(decode(image).pixels)
        if face.box.width < MIN_CARD_FACE_PX:
            raise EngineError("identity.face_too_small", width=round(face.box.width), min_width=MIN_CARD_FACE_PX)
        chip, template = self._encode(pixels, face)
        return {
            "template": template,
            "face_width": face.box.width,
            "enlargement": enlargement,
            "luminance": measures.luminance(chip),
            "sharpness": measures.sharpness(chip),
        }

    def frame(
        self,
        image: bytes,
        action: str,
        neutral_template: bytes | None = None,
        neutral_metrics: Mapping[str, object] | None = None,
    ) -> dict[str, object]:
        """Measure one live frame; `action` is what the person was asked to do (a face acting may look away).

        Returns the measures of `face_policy.FrameMetrics`, `template` and `landmarks` (mesh points, float32 x y z).
        With the neutral frame's template and metrics also the distance to it and how flat the move between them was.
        """
        picture = decode(image)
        face = the_face(self._models, picture.pixels, FRONTAL_HOG_SCORE if action == NEUTRAL else ACTING_HOG_SCORE)
        chip, template = self._encode(picture.pixels, face)
        native_box = _scaled(face.box, picture.reduction)
        neutral_landmarks = neutral_metrics.get("landmarks") if neutral_metrics else None
        return {
            "action": action,
            "yaw": measures.yaw(face.points),
            "pitch": measures.pitch(face.points),
            "roll": roll_degrees(face.points),
            "ear": measures.eye_aspect_ratio(face.points),
            "mar": measures.mouth_aspect_ratio(face.points),
            "luminance": measures.luminance(chip),
            "sharpness": measures.sharpness(chip),
            "face_width": face.box.width,
            "moire_bins": measures.moire_bins(picture.native, native_box),
            "sha256": measures.sha256(image),
            "dhash": measures.difference_hash(picture.pixels),
            "face_dhash": measures.difference_hash(chip),
            "distance_to_neutral": None if neutral_template is None else _distance(neutral_template, template),
            "flat_residual": _flat_residual(neutral_landmarks, face),
            "template": template,
            "landmarks": face.points.tobytes(),
        }

    def _card_face(self, pixels: Pixels) -> tuple[Pixels, Face, float]:
        """Try the picture as it is, enlarged, and turned by quarter turns (people photograph cards sideways)."""
        for attempt, enlargement in _card_attempts(pixels):
            try:
                return attempt, the_face(self._models, attempt, hog_long_side=LONG_SIDE), enlargement
            except EngineError as refusal:
                if refusal.code != NO_FACE:
                    raise
        raise EngineError(NO_FACE)

    def _encode(self, pixels: Pixels, face: Face) -> tuple[Pixels, bytes]:
        """Align the face by dlib's own five points to a 150 px chip and embed it (no jitter: 10 times the cost)."""
        dlib, box = self._models.dlib, face.box
        rectangle = dlib.rectangle(round(box.left), round(box.top), round(box.right), round(box.bottom))
        chip = dlib.get_face_chip(pixels, self._models.five_points(pixels, rectangle), 150)
        descriptor = self._models.encoder.compute_face_descriptor(chip)
        return chip, np.asarray(descriptor, dtype="<f4").tobytes()


def compare(template_a: bytes, template_b: bytes) -> dict[str, object]:
    """Euclidean distance of two templates, 0 (same picture) to about 1.1 (nothing in common), and its score 0 to 100."""
    distance = _distance(template_a, template_b)
    return {"distance": distance, "score": score(distance)}


def _card_attempts(pixels: Pixels) -> Iterator[tuple[Pixels, float]]:
    yield pixels, 1.0
    enlargement = min(MAX_ENLARGEMENT, LONG_SIDE / max(pixels.shape[:2]))
    if enlargement > 1.0:
        pixels = enlarge(pixels, enlargement)
        yield pixels, enlargement
    for quarter_turns in (1, 3, 2):
        yield np.ascontiguousarray(np.rot90(pixels, quarter_turns)), enlargement


def _distance(template_a: bytes, template_b: bytes) -> float:
    return float(np.linalg.norm(_vector(template_a) - _vector(template_b)))


def _vector(template: bytes) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    if not isinstance(template, bytes) or len(template) != TEMPLATE_LENGTH * 4:
        raise EngineError("identity.face_template_invalid")
    vector = np.frombuffer(template, dtype="<f4")
    if not np.isfinite(vector).all():
        raise EngineError("identity.face_template_invalid")
    return vector


def _flat_residual(neutral_landmarks: object, face: Face) -> float | None:
    """None where there is no neutral frame to compare with."""
    if neutral_landmarks is None:
        return None
    if not isinstance(neutral_landmarks, bytes) or len(neutral_landmarks) != face.points.nbytes:
        raise EngineError("identity.face_landmarks_invalid")
    return measures.flat_residual(
        np.frombuffer(neutral_landmarks, dtype=np.float32).reshape(face.points.shape), face.points
    )


def _scaled(box: Box, factor: float) -> Box:
    return Box(box.left * factor, box.top * factor, box.right * factor, box.bottom * factor)
