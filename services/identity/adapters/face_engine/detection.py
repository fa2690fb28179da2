"""Finds the one face on a picture, or says why there is not exactly one.

Two detectors that err differently must agree: HOG alone reported false second faces (scores near 0.13), the mesh alone
reported one lying on its side. A face counts where a HOG box and a mesh overlap and the mesh is not lying. Leaves to
`measures` what the face does, and to the policy whether it is good enough.
"""

import math
from dataclasses import dataclass
from typing import Any, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from services.common.kit.engine_child import EngineError
from services.identity.adapters.face_engine.models import Models
from services.identity.adapters.face_engine.pictures import Pixels

Points: TypeAlias = npt.NDArray[np.float32]
"""478 mesh points in pixels of the picture, x y z (z on the scale of x, smaller = nearer)."""

HOG_LONG_SIDE = 640
"""The HOG pass costs by the pixel (163 ms at 960, 51 ms at 640) and finds faces of 60 px and more at either size."""

FRONTAL_HOG_SCORE = 0.3
"""For faces looking into the camera; false faces scored up to 0.13."""

ACTING_HOG_SCORE = -0.4
"""For turned heads and open mouths, which HOG knows less well (measured down to 0.0): there the mesh vouches for the
place and the template for the person, who was seen from the front before."""

MIN_OVERLAP = 0.35
MAX_ROLL_DEGREES = 45.0


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels of the picture the face was found in."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Pixels."""
        return self.right - self.left

    @property
    def area(self) -> float:
        """Square pixels."""
        return max(0.0, self.right - self.left) * max(0.0, self.bottom - self.top)

    def overlap(self, other: "Box") -> float:
        """Intersection over union, 0 to 1."""
        shared = Box(
            max(self.left, other.left),
            max(self.top, other.top),
            min(self.right, other.right),
            min(self.bottom, other.bottom),
        ).area
        return shared / (self.area + other.area - shared) if shared else 0.0


@dataclass(frozen=True)
class Face:
    """One face on which both detectors agree: the HOG box (what dlib encodes) and the mesh points."""

    box: Box
    points: Points


def the_face(
    models: Models, pixels: Pixels, min_score: float = FRONTAL_HOG_SCORE, hog_long_side: int = HOG_LONG_SIDE
) -> Face:
    """Return the only face; raise identity.face_no_face or identity.face_several (with `count`)."""
    faces = find_faces(models, pixels, min_score, hog_long_side)
    if not faces:
        raise EngineError("identity.face_no_face")
    if len(faces) > 1:
        raise EngineError("identity.face_several", count=len(faces))
    return faces[0]


def find_faces(
    models: Models, pixels: Pixels, min_score: float = FRONTAL_HOG_SCORE, hog_long_side: int = HOG_LONG_SIDE
) -> list[Face]:
    """Every face both detectors see. The mesh goes first: where it sees nothing, the dearer HOG pass is spared."""
    meshes = [points for points in _meshes(models.mesh, pixels) if abs(roll_degrees(points)) < MAX_ROLL_DEGREES]
    if not meshes:
        return []
    boxes = _hog_boxes(models.detector, pixels, min_score, hog_long_side)
    faces = []
    for points in meshes:
        bounds = _bounds(points)
        best = max(boxes, key=bounds.overlap, default=None)
        if best is not None and bounds.overlap(best) > MIN_OVERLAP:
            boxes.remove(best)
            faces.append(Face(best, points))
    return faces


def roll_degrees(points: Points) -> float:
    """Tilt of the line between the outer eye corners: 0 = level, positive = clockwise as seen."""
    across = points[263] - points[33]
    return math.degrees(math.atan2(float(across[1]), float(across[0])))


def _meshes(mesh: Any, pixels: Pixels) -> list[Points]:
    found = mesh.process(pixels).multi_face_landmarks or []
    height, width = pixels.shape[:2]
    scale = np.array([width, height, width], dtype=np.float32)
    return [np.array([(p.x, p.y, p.z) for p in one.landmark], dtype=np.float32) * scale for one in found]


def _hog_boxes(
    detector: Any,
    pixels: Pixels,
    min_score: float,
    long_side: int,
) -> list[Box]:
    factor = min(1.0, long_side / max(pixels.shape[:2]))
    small = pixels if factor == 1.0 else cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    boxes, _, _ = detector.run(small, 0, min_score)
    return [Box(*(edge / factor for edge in (box.left(), box.top(), box.right(), box.bottom()))) for box in boxes]


def _bounds(points: Points) -> Box:
    left, top = points[:, :2].min(axis=0)
    right, bottom = points[:, :2].max(axis=0)
    return Box(float(left), float(top), float(right), float(bottom))
