"""Makes a different face out of a face: smooth pushes and stretches at the features, and another skin tone.

Decides how a synthetic person differs from the sample picture; leaves what the person does to `face_actions`. Not one of
the people made here exists. Needs the face engine's environment (numpy, OpenCV).
"""

from dataclasses import dataclass
from functools import reduce

import cv2
import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
Points = npt.NDArray[np.float32]
_Field = npt.NDArray[np.float32]

_FEATURES = {
    "eye_l": (33, 133, 159, 145),
    "eye_r": (362, 263, 386, 374),
    "nose": (1, 4),
    "bridge": (6, 168),
    "mouth": (13, 14, 78, 308),
    "chin": (152,),
    "jaw_l": (172, 136),
    "jaw_r": (397, 365),
    "cheek_l": (234, 93),
    "cheek_r": (454, 323),
    "brow_l": (105, 66, 63),
    "brow_r": (334, 296, 293),
    "forehead": (10,),
}
"""Mesh points whose mean is the middle of a feature; l and r as seen on the picture."""


@dataclass(frozen=True)
class Likeness:
    """How one person differs from the sample. Moves in face widths, stretches as fractions, tone -1 (paler) to 1 (darker)."""

    eye_gap: float
    eye_y: float
    eye_size: float
    nose_width: float
    nose_y: float
    bridge: float
    mouth_width: float
    mouth_y: float
    mouth_height: float
    jaw: float
    chin: float
    cheek: float
    brow_y: float
    forehead: float
    narrower: float
    tone: float


def morph(sample: Pixels, points: Points, person: Likeness) -> Pixels:
    """Draw the person; `points` are the sample's mesh points in its pixels."""
    height, width = sample.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    dx, dy = _displacement(points, person, x, y)
    face = cv2.remap(sample, x - dx, y - dy, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    size = (round(width * (1 - person.narrower)), round(height * (1 + person.narrower)))
    return cv2.resize(_toned(face, person.tone), size, interpolation=cv2.INTER_CUBIC)


def _displacement(points: Points, person: Likeness, x: _Field, y: _Field) -> tuple[_Field, _Field]:
    unit = float(points[454, 0] - points[234, 0])
    middle = {name: points[list(indices), :2].mean(axis=0) for name, indices in _FEATURES.items()}

    def bump(feature: str, radius: float) -> _Field:
        cx, cy = middle[feature]
        return np.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (2 * (radius * unit) ** 2)).astype(np.float32)

    def push(feature: str, radius: float, right: float, down: float) -> tuple[_Field, _Field]:
        force = bump(feature, radius) * unit
        return force * right, force * down

    def stretch(feature: str, radius: float, across: float, along: float) -> tuple[_Field, _Field]:
        force, (cx, cy) = bump(feature, radius), middle[feature]
        return force * across * (x - cx), force * along * (y - cy)

    p = person
    moves = [
        push("eye_l", 0.14, -p.eye_gap, p.eye_y),
        push("eye_r", 0.14, p.eye_gap, p.eye_y),
        stretch("eye_l", 0.10, p.eye_size, p.eye_size),
        stretch("eye_r", 0.10, p.eye_size, p.eye_size),
        stretch("nose", 0.13, p.nose_width, 0),
        push("nose", 0.13, 0, p.nose_y),
        stretch("bridge", 0.13, 0, p.bridge),
        stretch("mouth", 0.16, p.mouth_width, p.mouth_height),
        push("mouth", 0.16, 0, p.mouth_y),
        push("jaw_l", 0.18, -p.jaw, 0),
        push("jaw_r", 0.18, p.jaw, 0),
        push("chin", 0.20, 0, p.chin),
        push("cheek_l", 0.18, -p.cheek, 0),
        push("cheek_r", 0.18, p.cheek, 0),
        push("brow_l", 0.12, 0, p.brow_y),
        push("brow_r", 0.12, 0, p.brow_y),
        push("forehead", 0.30, 0, p.forehead),
    ]
    return reduce(lambda total, move: (total[0] + move[0], total[1] + move[1]), moves)


def _toned(face: Pixels, tone: float) -> Pixels:
    """Darker skin loses blue before red; paler skin is lifted evenly."""
    gamma = np.array([1 + 0.35 * tone, 1 + 0.45 * tone, 1 + 0.55 * tone]) if tone > 0 else np.full(3, 1 + 0.25 * tone)
    return (255 * (face / 255.0) ** gamma).clip(0, 255).astype(np.uint8)
