"""Which images there are and what differs between them: data only. How one is made: `deploy/service.Dockerfile`.

A process whose engines need programs or models of the system has an image of its own; the others of its service stay small.
"""

from __future__ import annotations

from dataclasses import dataclass

from deploy.local.processes import PROCESSES, ServiceProcess

# Fonts: WenQuanYi Zen Hei is the main one; Noto CJK only for characters that it lacks (design, section 7).
_FONTS = ("fontconfig", "fonts-wqy-zenhei", "fonts-noto-cjk")

# wkhtmltopdf draws inside bubblewrap and prlimit; fc-match finds a seal's letters; espeak-ng speaks captchas.
_ENGINE_PACKAGES = {
    ("contract", "worker"): ("wkhtmltopdf", "bubblewrap", "util-linux", *_FONTS),
    ("signing", "worker"): _FONTS,
    ("identity", "worker"): ("espeak-ng",),
}
_FACES = frozenset({("identity", "worker")})

# The operators' command and the commands that prepare a deployment; no service process runs from it.
OPERATOR = "operator"


@dataclass(frozen=True)
class Image:
    """One image: its name without registry, and the arguments of the recipe."""

    name: str
    requirements: str
    code: str
    packages: tuple[str, ...] = ()
    face: bool = False

    @property
    def arguments(self) -> dict[str, str]:
        """Build arguments, without those that are the recipe's defaults."""
        told = {"REQUIREMENTS": self.requirements, "CODE": self.code}
        if self.packages:
            told["PACKAGES"] = " ".join(self.packages)
        if self.face:
            told["FACE"] = "yes"
        return told


def image_of(process: ServiceProcess) -> Image:
    """Return the image a process runs from."""
    key = (process.service, process.role)
    code = process.service if process.service == "gateway" else f"services/{process.service}"
    packages = _ENGINE_PACKAGES.get(key, ())
    name = f"{process.service}-{process.role}" if packages or key in _FACES else process.service
    return Image(name, process.service, code, packages, key in _FACES)


def image_of_service(service: str) -> Image:
    """Return the service's small image, which also migrates."""
    return image_of(ServiceProcess(service, "serve"))


def all_images() -> tuple[Image, ...]:
    """Every image, the operators' one last."""
    found = {image_of(one).name: image_of(one) for one in PROCESSES}
    return (*found.values(), Image(OPERATOR, "local", "deploy"))
