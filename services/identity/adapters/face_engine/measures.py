"""What is measured on one face: pose, eyes, mouth, light, focus, screen grid and fingerprints of the frame.

Every function returns a number and judges nothing. Formulas and mesh indices are those calibrated for this provider
(eye and mouth openings differ by person, so only their ratio to the same session's neutral frame means anything).
"""

import hashlib

import cv2
import numpy as np
import numpy.typing as npt

from services.identity.adapters.face_engine.detection import Box, Points
from services.identity.adapters.face_engine.pictures import Pixels

_LEFT_EDGE, _RIGHT_EDGE, _NOSE, _FOREHEAD, _CHIN = 234, 454, 1, 10, 152
_EYES = (((160, 144), (158, 153), (33, 133)), ((387, 373), (385, 380), (263, 362)))
_MOUTH = ((82, 87), (13, 14), (312, 317), (78, 308))

MOIRE_CROP = 256
MOIRE_Z = 4.5
"""Robust z above which a frequency bin counts as a grid. Genuine crops reached 3.7, crops of simulated LCDs 5.0 to 8.1."""


def yaw(points: Points) -> float:
    """-1 to 1; positive = the person turns to his own left (an unmirrored picture shows it as a turn to the right)."""
    from_left, from_right = _distance(points, _NOSE, _LEFT_EDGE), _distance(points, _NOSE, _RIGHT_EDGE)
    return (from_left - from_right) / (from_left + from_right)


def pitch(points: Points) -> float:
    """-1 to 1; positive = the person looks down."""
    from_top, from_chin = _distance(points, _NOSE, _FOREHEAD), _distance(points, _NOSE, _CHIN)
    return (from_top - from_chin) / (from_top + from_chin)


def eye_aspect_ratio(points: Points) -> float:
    """Height over width of the eye openings, mean of both; open eyes lie anywhere between 0.19 and 0.38."""
    return float(
        np.mean([(_distance(points, *a) + _distance(points, *b)) / (2 * _distance(points, *c)) for a, b, c in _EYES])
    )


def mouth_aspect_ratio(points: Points) -> float:
    """Height over width of the gap between the lips; 0 = closed."""
    left, middle, right, width = _MOUTH
    return sum(_distance(points, *pair) for pair in (left, middle, right)) / (3 * _distance(points, *width))


def luminance(chip: Pixels) -> float:
    """Mean grey level of the aligned face, 0 to 255."""
    return float(_grey(chip).mean())


def sharpness(chip: Pixels) -> float:
    """Variance of the Laplacian over the aligned 150 px face: one size for all, or a big face would look blurred."""
    return float(cv2.Laplacian(_grey(chip), cv2.CV_64F).var())


def moire_bins(native: Pixels, box: Box) -> int:
    """Frequency bins standing out of their ring like the pixel grid of a screen; `box` in native pixels.

    Never scale before measuring: scaling makes and destroys grids. Large faces are cropped instead.
    """
    crop = _grey(_middle_crop(native, box)).astype(np.float64)
    side = min(crop.shape)
    if side < MOIRE_CROP // 4:
        return 0
    crop = crop[:side, :side]
    window = np.hanning(side)
    spectrum = np.log1p(np.abs(np.fft.fftshift(np.fft.fft2((crop - crop.mean()) * np.outer(window, window)))))
    return int((_ring_z(spectrum) > MOIRE_Z).sum())


def flat_residual(neutral: Points, turned: Points) -> float:
    """How badly one plane explains the move between two frames, in eye distances: near 0 for a tilted photograph."""
    source, target = neutral[:468, :2].astype(np.float64), turned[:468, :2].astype(np.float64)
    homography, _ = cv2.findHomography(source, target, 0)
    if homography is None:
        return 0.0
    mapped = cv2.perspectiveTransform(source[:, None, :], homography)[:, 0, :]
    return float(np.sqrt(((mapped - target) ** 2).sum(axis=1)).mean()) / _distance(turned, 33, 263)


def sha256(data: bytes) -> str:
    """Hex digest of the frame as sent: finds the same file sent twice."""
    return hashlib.sha256(data).hexdigest()


def difference_hash(pixels: Pixels) -> str:
    """256-bit difference hash, hex: hardly changed by recompression, size, light and noise (at most 8 bits measured).

    Of the whole frame it knows a frame sent again; of the aligned face it tells a blink before a still background from it.
    """
    small = cv2.resize(_grey(pixels), (17, 16), interpolation=cv2.INTER_AREA).astype(np.int16)
    bits: bytes = np.packbits(small[:, 1:] > small[:, :-1]).tobytes()
    return bits.hex()


def _distance(points: Points, one: int, other: int) -> float:
    return max(1e-6, float(np.linalg.norm(points[one, :2] - points[other, :2])))


def _grey(pixels: Pixels) -> Pixels:
    return cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)


def _cut(pixels: Pixels, box: Box) -> Pixels:
    height, width = pixels.shape[:2]
    left, top = max(0, int(box.left)), max(0, int(box.top))
    return pixels[top : max(top + 1, min(height, int(box.bottom))), left : max(left + 1, min(width, int(box.right)))]


def _middle_crop(native: Pixels, box: Box) -> Pixels:
    x, y, half = (box.left + box.right) / 2, (box.top + box.bottom) / 2, min(MOIRE_CROP, box.width) / 2
    return _cut(native, Box(x - half, y - half, x + half, y + half))


def _ring_z(spectrum: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Robust z of each bin against its ring of equal frequency; the axes (edges, JPEG blocks) and the low middle are 0."""
    side = spectrum.shape[0]
    offset = np.arange(side) - side // 2
    rings = np.hypot(offset[:, None], offset[None, :]).astype(int).ravel()
    order = np.argsort(rings, kind="stable")
    starts = np.searchsorted(rings[order], np.arange(side // 2 + 1))
    magnitudes = spectrum.reshape(-1)
    z = np.zeros(side * side)
    for ring in range(side // 8, side // 2):
        members = order[starts[ring] : starts[ring + 1]]
        median = np.median(magnitudes[members])
        spread = 1.4826 * np.median(np.abs(magnitudes[members] - median))
        z[members] = (magnitudes[members] - median) / max(spread, 1e-6)
    z = z.reshape(side, side)
    z[np.abs(offset) <= 2, :] = 0
    z[:, np.abs(offset) <= 2] = 0
    return z
