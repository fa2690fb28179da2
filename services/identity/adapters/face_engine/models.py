"""Loads the native libraries and their models once, and says clearly what is missing.

Decides which models are used and which must never be: dlib's HOG detector, its 5-point predictor (CC0) and its 128-d
ResNet (CC0) carry identity; MediaPipe's FaceMesh (Apache-2.0, models inside the wheel) carries pose, eyes and mouth
only. The 68-point predictor is trained on a set that forbids commercial use: it is deleted at installation and never
loaded here. MediaPipe 0.10.21 is the last release whose wheel holds the FaceMesh models.
"""

import importlib
import importlib.util
import os
import sys
import types
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_RESNET = "dlib_face_recognition_resnet_model_v1.dat"
_FIVE_POINTS = "shape_predictor_5_face_landmarks.dat"

MAX_FACES = 3
"""Faces FaceMesh looks for; two would do to refuse a picture, the third catches a false one beside two real ones."""


class EngineIncomplete(RuntimeError):
    """A library or model of requirements/face.txt is missing: the process must not start."""


@dataclass(frozen=True)
class Models:
    """The loaded models; native objects without types of their own. Not safe for use by two threads."""

    dlib: Any
    detector: Any
    five_points: Any
    encoder: Any
    mesh: Any


def load() -> Models:
    """Load everything (about 0.5 s of CPU) or raise EngineIncomplete."""
    folder = _model_folder()
    try:
        dlib = importlib.import_module("dlib")
        mesh = _face_mesh()
    except ImportError as missing:
        raise EngineIncomplete(f"face engine: {missing.name} is missing; run deploy/local/face_env.sh") from missing
    return Models(
        dlib=dlib,
        detector=dlib.get_frontal_face_detector(),
        five_points=dlib.shape_predictor(str(folder / _FIVE_POINTS)),
        encoder=dlib.face_recognition_model_v1(str(folder / _RESNET)),
        mesh=mesh,
    )


def _model_folder() -> Path:
    """Find the data files without importing their package, whose import needs pkg_resources and may end the process."""
    spec = importlib.util.find_spec("face_recognition_models")
    folders = list(spec.submodule_search_locations or []) if spec else []
    for folder in (Path(entry) / "models" for entry in folders):
        if (folder / _RESNET).is_file() and (folder / _FIVE_POINTS).is_file():
            return folder
    raise EngineIncomplete(
        "face engine: the face_recognition_models data files are missing; run deploy/local/face_env.sh"
    )


def _face_mesh() -> Any:
    """One FaceMesh for single pictures.

    MediaPipe imports matplotlib only to plot. We never plot, so an empty module of that name stands in for it while it
    loads: 0.3 s of CPU, 30 MB and eight packages less in every engine.
    """
    os.environ.setdefault("GLOG_minloglevel", "2")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    if importlib.util.find_spec("matplotlib") is None:
        sys.modules["matplotlib"] = types.ModuleType("matplotlib")
        sys.modules["matplotlib.pyplot"] = types.ModuleType("matplotlib.pyplot")
    importlib.import_module("cv2").setNumThreads(1)
    solution = importlib.import_module("mediapipe").solutions.face_mesh
    return solution.FaceMesh(
        static_image_mode=True, max_num_faces=MAX_FACES, refine_landmarks=True, min_detection_confidence=0.5
    )
