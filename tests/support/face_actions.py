"""Makes a still face act: turns the head in three dimensions, opens the mouth, closes the eyes.

Decides how an action is drawn; whether it is recognised is for the engine and the policy to say. A turn rotates the
measured mesh and paints the far triangles first. Lids are painted, because squeezing an eye by warping leaves it open
to the mesh. Needs the face engine's environment.
"""

import math

import cv2
import numpy as np
import numpy.typing as npt

from tests.support.face_morph import Pixels, Points

_MESH = 468
"""Points of the skin; the ten after them are irises."""

_INNER_LIPS = (78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308, 324, 318, 402, 317, 14, 87, 178, 88, 95)
_LOWER_INNER = (324, 318, 402, 317, 14, 87, 178, 88, 95)
_LOWER_OUTER = (375, 321, 405, 314, 17, 84, 181, 91, 146)
_EYES = (
    (
        (33, 246, 161, 160, 159, 158, 157, 173, 133, 155, 154, 153, 145, 144, 163, 7),
        (33, 7, 163, 144, 145, 153, 154, 155, 133),
        230,
    ),
    (
        (362, 398, 384, 385, 386, 387, 388, 466, 263, 249, 390, 373, 374, 380, 381, 382),
        (362, 382, 381, 380, 374, 373, 390, 249, 263),
        450,
    ),
)
"""Per eye: outline of the opening, lower lid from corner to corner, and a point of the skin below."""


def turn(face: Pixels, points: Points, degrees: float) -> Pixels:
    """Turn the head about its upright axis; positive = to the person's own left (right as seen)."""
    skin = points[:_MESH]
    ears = (skin[234] + skin[454]) / 2
    angle = math.radians(degrees)
    moved = skin.copy()
    x, z = skin[:, 0] - ears[0], skin[:, 2] - ears[2]
    moved[:, 0] = ears[0] + x * math.cos(angle) - z * math.sin(angle)
    moved[:, 2] = ears[2] + x * math.sin(angle) + z * math.cos(angle)
    return _warp(face, skin, moved)


def open_mouth(face: Pixels, points: Points, widths: float = 0.33) -> Pixels:
    """Drop lower lip and chin by `widths` mouth widths and darken the gap."""
    skin = points[:_MESH]
    moved = skin.copy()
    drop = widths * float(np.linalg.norm(skin[308, :2] - skin[78, :2]))
    lip = float(skin[14, 1])
    below = np.clip((skin[:, 1] - lip) / max(1.0, float(skin[152, 1]) - lip), 0, 1)
    centred = np.exp(-(((skin[:, 0] - skin[14, 0]) / (0.35 * (skin[454, 0] - skin[234, 0]))) ** 2))
    moved[:, 1] += drop * centred * np.where(below > 0, 1 - 0.3 * below, 0)
    moved[list(_LOWER_INNER), 1] = skin[list(_LOWER_INNER), 1] + drop * centred[list(_LOWER_INNER)]
    moved[list(_LOWER_OUTER), 1] = skin[list(_LOWER_OUTER), 1] + drop * centred[list(_LOWER_OUTER)]
    opened = _warp(face, skin, moved)
    return _painted(opened, moved[list(_INNER_LIPS), :2], (45, 22, 22), 1.5)


def blink(face: Pixels, points: Points) -> Pixels:
    """Paint closed lids: the skin below the eye over the opening, and lashes along the lower lid."""
    unit = float(points[454, 0] - points[234, 0])
    for outline, lower, skin in _EYES:
        x, y = points[skin, :2].astype(int)
        tone = face[y - 3 : y + 4, x - 3 : x + 4].reshape(-1, 3).mean(axis=0)
        middle = points[list(outline), :2].mean(axis=0)
        lid = middle + (points[list(outline), :2] - middle) * np.array([1.06, 1.35])
        face = _painted(face, lid, tuple(int(v) for v in tone), 1.2)
        lashes = points[list(lower), :2].round().astype(np.int32)
        face = cv2.polylines(face.copy(), [lashes], False, (60, 42, 38), max(2, round(unit / 90)), cv2.LINE_AA)  # noqa: FBT003 - OpenCV's order
    return face


def _painted(face: Pixels, outline: npt.NDArray[np.float32], colour: tuple[int, ...], softness: float) -> Pixels:
    mask = np.zeros(face.shape[:2], dtype=np.uint8)
    cv2.fillPoly(mask, [outline.round().astype(np.int32)], 255)
    cover = cv2.GaussianBlur(mask, (0, 0), softness)[:, :, None] / 255.0
    return (face * (1 - cover) + np.array(colour) * cover).astype(np.uint8)


def _warp(face: Pixels, source: Points, target: Points) -> Pixels:
    """Move the mesh from `source` to `target`; a ring around the head and the picture's edge stay where they are."""
    fixed = _anchors(face, source)
    before, after = np.vstack([source, fixed]), np.vstack([target, fixed])
    y, x = np.mgrid[0 : face.shape[0], 0 : face.shape[1]].astype(np.float32)
    triangles = _triangles(before, face.shape)
    for triangle in sorted(triangles, key=lambda corners: -float(after[list(corners), 2].mean())):
        _map_triangle(x, y, before[list(triangle), :2], after[list(triangle), :2])
    return cv2.remap(face, x, y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)


def _anchors(face: Pixels, source: Points) -> Points:
    height, width = face.shape[:2]
    hull = cv2.convexHull(np.ascontiguousarray(source[:, :2]))[::3, 0, :]
    middle = hull.mean(axis=0)
    ring = np.clip(middle + (hull - middle) * 1.45, 1, [width - 2, height - 2])
    edge = [
        (x, y)
        for x in (0, width // 2, width - 1)
        for y in (0, height // 2, height - 1)
        if (x, y) != (width // 2, height // 2)
    ]
    far = float(source[:, 2].max()) * 2 + 1000
    return np.array([(x, y, far) for x, y in [*ring.tolist(), *edge]], dtype=np.float32)


def _triangles(points: Points, shape: tuple[int, ...]) -> list[tuple[int, int, int]]:
    """Delaunay triangles as indices into `points`."""
    plane = cv2.Subdiv2D((-1, -1, shape[1] + 2, shape[0] + 2))
    index: dict[tuple[float, float], int] = {}
    for number, (x, y, _) in enumerate(points.tolist()):
        index.setdefault((x, y), number)
        plane.insert((x, y))
    corners = [tuple(index.get((x, y)) for x, y in row.reshape(3, 2).tolist()) for row in plane.getTriangleList()]
    return [corner for corner in corners if None not in corner]


def _map_triangle(x: npt.NDArray[np.float32], y: npt.NDArray[np.float32], source: Points, target: Points) -> None:
    """Write into the inverse map where each pixel of the moved triangle comes from."""
    left, top = np.maximum(np.floor(target.min(axis=0)).astype(int), 0)
    right, bottom = np.minimum(np.ceil(target.max(axis=0)).astype(int) + 1, (x.shape[1], x.shape[0]))
    if right <= left or bottom <= top:
        return
    mask = np.zeros((bottom - top, right - left), dtype=np.uint8)
    cv2.fillConvexPoly(mask, (target - (left, top)).round().astype(np.int32), 1)
    affine = cv2.getAffineTransform(target.astype(np.float32), source.astype(np.float32))
    rows, columns = np.nonzero(mask)
    from_x, from_y = affine @ np.vstack([columns + left, rows + top, np.ones(len(rows))])
    x[rows + top, columns + left], y[rows + top, columns + left] = from_x, from_y
