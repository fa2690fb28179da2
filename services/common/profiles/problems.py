"""What is wrong with a profile file, said so that the person who wrote it can mend it."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.kit.errors import DomainError, Kind


@dataclass(frozen=True)
class Problem:
    """One mistake: where (file, line counted from 1, path of keys), what, and what to do about it."""

    file: str
    line: int
    path: str
    fault: str
    remedy: str

    def __str__(self) -> str:
        """Return `huangshi.yaml:12: offices[0].phone: is missing. Add `phone: ...`.`."""
        return f"{self.file}:{self.line}: {self.path}: {self.fault}. {self.remedy}"


class ProfileInvalid(DomainError):
    """At least one profile cannot be used; `problems` holds all mistakes of all files."""

    code = "profile.invalid"
    kind = Kind.INVALID

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        """Keep the problems; the context carries them as lines."""
        super().__init__(problems=[str(one) for one in problems])
        self.problems = problems

    def __str__(self) -> str:
        """Return one problem a line."""
        return "\n".join(str(one) for one in self.problems)
