"""Reads the environment once and fails loudly with the variable's name. Secrets have no defaults."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

KEY_BYTES = 32
PRODUCTION = "production"
DEFAULT_SECRETS = ("changeme", "guest:guest", "password@")


class SettingMissing(RuntimeError):
    """A variable is not set or not usable; the text names it."""


@dataclass(frozen=True)
class Environment:
    """Typed reads of environment variables. A secret may lie in a file instead, named by the same variable with `_FILE`."""

    values: Mapping[str, str]

    def text(self, name: str, default: str | None = None) -> str:
        """Return a text. Raises SettingMissing when unset and without default, or when the file it lies in cannot be read."""
        value = self.values.get(name) or self._from_file(name) or self.values.get(name, default)
        if value is None or value == "":
            if default == "":
                return ""
            raise SettingMissing(f"{name} is not set")
        return value

    def _from_file(self, name: str) -> str | None:
        """Return what lies in the file of `<name>_FILE`, without the line's end; None where no file is named."""
        file = self.values.get(f"{name}_FILE")
        if not file:
            return None
        try:
            return Path(file).read_text().strip()
        except (OSError, UnicodeDecodeError) as wrong:
            raise SettingMissing(f"{name}_FILE names nothing that can be read") from wrong

    def number(self, name: str, default: float | None = None) -> float:
        """Return a number."""
        raw = self.text(name, None if default is None else str(default))
        try:
            return float(raw)
        except ValueError as wrong:
            raise SettingMissing(f"{name} is not a number") from wrong

    def integer(self, name: str, default: int | None = None) -> int:
        """Return a whole number."""
        return int(self.number(name, default))

    def path(self, name: str) -> Path:
        """Return an existing file or folder."""
        path = Path(self.text(name))
        if not path.exists():
            raise SettingMissing(f"{name} names nothing that exists")
        return path

    @property
    def is_production(self) -> bool:
        """Whether this is where real people's data is."""
        return self.text("GUOHU_ENV", "") == PRODUCTION

    def outside_url(self, name: str, default: str | None = None) -> str:
        """Return the address of somebody outside; in production https, because personal data and secrets travel there."""
        url = self.text(name, default)
        allowed = ("https://",) if self.is_production else ("https://", "http://")
        if url and not url.startswith(allowed):
            raise SettingMissing(f"{name} does not begin with {' or '.join(allowed)}")
        return url

    def pem(self, name: str) -> bytes:
        """Return the content of the key file the variable names."""
        return self.path(name).read_bytes()

    def key(self, name: str) -> bytes:
        """Return a 32-byte key given as base64."""
        try:
            key = base64.b64decode(self.text(name), validate=True)
        except binascii.Error as wrong:
            raise SettingMissing(f"{name} is not base64") from wrong
        if len(key) != KEY_BYTES:
            raise SettingMissing(f"{name} is not {KEY_BYTES} bytes")
        return key


@dataclass(frozen=True)
class FieldKeys:
    """The keys over a service's sealed fields: `newest` seals, `former` (while the key is changed) still opens.

    `index` feeds keyed hashes, which must stay what they are: it is the first field key the service ever had.
    """

    newest: bytes = field(repr=False)
    former: bytes | None = field(default=None, repr=False)
    index: bytes = field(default=b"", repr=False)

    @classmethod
    def read(cls, values: Environment) -> FieldKeys:
        """Read GUOHU_FIELD_KEY, _FORMER, GUOHU_INDEX_KEY. Raises SettingMissing; a former key without the index key is a slip."""
        newest, former = values.key("GUOHU_FIELD_KEY"), _optional(values, "GUOHU_FIELD_KEY_FORMER")
        index = values.key("GUOHU_INDEX_KEY") if former else _optional(values, "GUOHU_INDEX_KEY")
        return cls(newest, former, index or newest)


def _optional(values: Environment, name: str) -> bytes | None:
    return values.key(name) if values.text(name, "") else None


@dataclass(frozen=True)
class PartnerSettings:
    """How somebody outside is reached with whom requests and answers are signed: address, our key's name there, the key."""

    url: str
    key_id: str
    key: bytes = field(repr=False)

    @classmethod
    def read(cls, values: Environment, prefix: str) -> PartnerSettings | None:
        """Read `<prefix>_URL`, `_KEY_ID`, `_KEY`; None without an address. Raises SettingMissing where another is missing, or as `outside_url` does."""
        url = values.outside_url(f"{prefix}_URL", "")
        if not url:
            return None
        return cls(url, values.text(f"{prefix}_KEY_ID"), values.key(f"{prefix}_KEY"))


@dataclass(frozen=True)
class ProcessSettings:
    """What every process needs to know about itself."""

    service: str
    process: str
    env: str
    admin_port: int
    values: Environment
    package: str

    @classmethod
    def read(cls, package: str, process: str, environ: Mapping[str, str]) -> ProcessSettings:
        """Read what all processes share; services read their own from `values`. `package`: `services.contract`."""
        values = Environment(environ)
        service = package.rpartition(".")[2]
        settings = cls(
            service, process, values.text("GUOHU_ENV"), values.integer("GUOHU_ADMIN_PORT", 0), values, package
        )
        settings.refuse_default_secrets()
        return settings

    def refuse_default_secrets(self) -> None:
        """In production, refuse keys and passwords that look made up."""
        if self.env != PRODUCTION:
            return
        for name in self.values.values:
            value = self._meant(name) if name.startswith("GUOHU_") else ""
            if any(word in value.lower() for word in DEFAULT_SECRETS):
                raise SettingMissing(f"{name} holds a default secret")
            if _is_monotonous(value):
                raise SettingMissing(f"{name} holds a made-up key")

    def _meant(self, name: str) -> str:
        """Return the value, or what lies in the file it names; nothing for a folder or a binary key."""
        value = self.values.values[name]
        if name.endswith("_FILE"):
            try:
                return Path(value).read_text().strip()
            except (OSError, UnicodeDecodeError):
                return ""
        return value


def _is_monotonous(value: str) -> bool:
    """Whether that is a 32-byte key of hardly any different bytes, as examples have them: chance makes none such."""
    try:
        key = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return False
    return len(key) == KEY_BYTES and len(set(key)) < KEY_BYTES // 4
