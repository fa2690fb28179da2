"""Starts the face engine on standard input and output; what travels there is `kit/engine_child`'s business."""

from services.common.kit.engine_child import serve
from services.identity.adapters.face_engine.jobs import build

if __name__ == "__main__":
    serve(build)
