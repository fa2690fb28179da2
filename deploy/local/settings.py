"""The operator's own settings: which each service may be given besides what the stack decides itself.

They come from one file in the stack's folder, read whenever the stack starts, and from nowhere else: a stack must not depend
on the shell it was started from. A name no service knows is refused, because a misspelt key would be silently without effect.
"""

import re
from collections.abc import Mapping
from pathlib import Path

from deploy.local.layout import StackError

CITIES = Path(__file__).resolve().parents[1] / "cities"
_PARTNER = ("_URL", "_KEY_ID", "_KEY")


def _partner(name: str) -> tuple[str, ...]:
    """Return the settings of an outside server: where it is, our key's name there, the key (base64, 32 bytes)."""
    return tuple(f"GUOHU_{name}{end}" for end in _PARTNER)


SETTINGS: Mapping[str, tuple[str, ...]] = {
    "identity": (
        *("GUOHU_WECHAT_APP_ID", "GUOHU_WECHAT_SECRET", "GUOHU_WECHAT_URL"),
        *_partner("AUTHORITY"),
        *_partner("BANK"),
        *("GUOHU_FACE_ENGINES", "GUOHU_FACE_PLACES", "GUOHU_FACE_MAY_SIGN"),
        *("GUOHU_COUNTER_CHECK_HOURS", "GUOHU_SHARED_MOBILE"),
        *(
            "GUOHU_FACE_PROVIDER",
            "GUOHU_FACE_RETURN_URL",
            "GUOHU_TENCENT_URL",
            "GUOHU_TENCENT_REGION",
            "GUOHU_TENCENT_RULE_ID",
        ),
        *("GUOHU_TENCENT_SECRET_ID", "GUOHU_TENCENT_SECRET_KEY"),
        *("GUOHU_SMS_PER_SOURCE_HOUR", "GUOHU_SMS_UNUSED_PER_SOURCE_HOUR"),
    ),
    "property": (
        *_partner("SCREENING"),
        *_partner("RESTRICTIONS"),
        "GUOHU_REGISTERS",
        *(
            name
            for city in sorted(one.stem.upper() for one in CITIES.glob("*.yaml"))
            for name in _partner(f"REGISTER_{city}")
        ),
    ),
    "notice": ("GUOHU_TEXTING", *_partner("SMS"), *_partner("RCS")),
}
"""Service -> what an operator may tell it. A service that learns of an outside server is given its names here."""

_LINE = re.compile(r"^(GUOHU_[A-Z0-9_]+)=(.*)$")


class OperatorSettings:
    """The file, read anew for each question: it is small, and whoever changed it expects the next start to see it."""

    def __init__(self, file: Path) -> None:
        """Keep where it is; it need not exist."""
        self._file = file

    def of(self, service: str) -> dict[str, str]:
        """Return what the operator tells this service. Raises StackError naming the line that cannot be used."""
        allowed = SETTINGS.get(service, ())
        return {name: value for name, value in self._read().items() if name in allowed}

    def _read(self) -> dict[str, str]:
        if not self._file.exists():
            return {}
        if self._file.stat().st_mode & 0o077:
            raise StackError(f"{self._file} holds secrets and others may read it: chmod 600")
        known = {name for names in SETTINGS.values() for name in names}
        found: dict[str, str] = {}
        for number, line in enumerate(self._file.read_text().splitlines(), 1):
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            match = _LINE.match(line.strip())
            if match is None or match[1] not in known:
                raise StackError(f"{self._file}:{number}: not NAME=value with a name from deploy/local/settings.py")
            found[match[1]] = match[2].strip()
        return found
