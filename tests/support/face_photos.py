"""Photographs a drawn face: the room's light, a hand's shake, sensor noise and JPEG, all from a seed.

Decides how much two pictures of the same person differ; takes differ enough that none passes for another sent again.
Needs the face engine's environment.
"""

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from tests.support.face_morph import Pixels


def sitting(frames: Sequence[Pixels], seed: Sequence[int]) -> list[bytes]:
    """One sitting: one room, and for each frame a hand's own shake, light, noise and compression."""
    room = _light(frames[0].shape, np.random.default_rng(seed))
    return [shot(frame * room, np.random.default_rng([*seed, i])) for i, frame in enumerate(frames, start=1)]


def _light(shape: tuple[int, ...], random: np.random.Generator) -> npt.NDArray[np.float32]:
    """The room of one sitting: soft light and shade over the frame, without which all takes would be one picture."""
    coarse = random.uniform(0.86, 1.14, (8, 6)).astype(np.float32)
    return cv2.resize(coarse, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)[:, :, None]


def shot(face: npt.NDArray[np.number], random: np.random.Generator) -> bytes:
    """One photograph: a little roll, nearness and offset, other light, sensor noise, JPEG."""
    height, width = face.shape[:2]
    move = cv2.getRotationMatrix2D((width / 2, height / 2), random.uniform(-2, 2), random.uniform(1.0, 1.05))
    move[:, 2] += random.uniform(-10, 10, 2)
    moved = cv2.warpAffine(
        face.astype(np.float32), move, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    noisy = moved * random.uniform(0.95, 1.04) + random.normal(0, 2, moved.shape)
    picture = cv2.cvtColor(noisy.clip(0, 255).astype(np.uint8), cv2.COLOR_RGB2BGR)
    return cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 88])[1].tobytes()
