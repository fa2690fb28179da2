"""The embedded face provider's engine: measures faces in a child process of its own virtual environment, decides nothing.

Run as `python -m services.identity.adapters.face_engine` by an interpreter that has requirements/face.txt installed
(deploy/local/face_env.sh makes it). `jobs` holds what a caller can ask for; `domain/face_policy` holds every threshold
that turns a measure into a verdict. Only `answers` may be imported by the service itself: all other modules need the
native libraries, which never run in an eventlet process (dlib keeps the GIL for 200 ms while it encodes).
"""
