"""One service's field keys in one file, and the three steps by which its key is changed while the service works.

A file is written whole or not at all, so that no step can lose a key. Its lines: the key that seals; the former one, or the
next; the index key, which stays for ever; how far a change is. A file of one line is that of a key never changed.
"""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from deploy.local.layout import StackError, write_private

KEY_BYTES = 32


class Step(StrEnum):
    """The steps of a change, each followed by a restart of the service's processes; between the last two everything is rewritten."""

    ANNOUNCE = "announce"  # every process can open what the next key will seal
    USE = "use"  # the next key seals, the one before still opens
    DROP = "drop"  # the one before is gone


_BEFORE = {Step.ANNOUNCE: "", Step.USE: Step.ANNOUNCE.value, Step.DROP: Step.USE.value}


def new_key() -> str:
    """Return a new key, base64."""
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


@dataclass(frozen=True)
class FieldKeyFile:
    """Base64 texts; `other` is empty unless the key is being changed, `stage` then the last step."""

    newest: str
    other: str
    index: str
    stage: str = ""

    @classmethod
    def read(cls, path: Path) -> FieldKeyFile:
        """Return what the file holds. Raises FileNotFoundError."""
        newest, other, index, stage, *_ = (*path.read_text().splitlines(), "", "", "")
        return cls(newest, other, index or newest, stage)

    def write(self, path: Path) -> None:
        """Replace the file."""
        write_private(path, f"{self.newest}\n{self.other}\n{self.index}\n{self.stage}\n".encode())

    def after(self, step: Step) -> FieldKeyFile:
        """Return the keys after the step. Raises StackError for a step whose turn it is not."""
        if self.stage != _BEFORE[step]:
            due = {"": Step.ANNOUNCE, Step.ANNOUNCE: Step.USE, Step.USE: Step.DROP}[self.stage]
            raise StackError(f"the field key's change is not there yet, or beyond it: the next step is `{due}`")
        if step is Step.ANNOUNCE:
            return replace(self, other=new_key(), stage=step.value)
        if step is Step.USE:
            return replace(self, newest=self.other, other=self.newest, stage=step.value)
        return replace(self, other="", stage="")
