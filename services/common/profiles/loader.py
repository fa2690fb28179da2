"""Loads every profile of a folder, or none: a service with half its cities would refuse people without saying why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import yaml

from services.common.kit.errors import NotFound
from services.common.profiles.nodes import NodeReader
from services.common.profiles.problems import Problem, ProfileInvalid
from services.common.profiles.rules import check
from services.common.profiles.schema import CityProfile


class Profiles:
    """The cities of this deployment."""

    def __init__(self, profiles: Iterable[CityProfile]) -> None:
        """Keep them by city."""
        self._by_city = {one.city: one for one in profiles}

    def __iter__(self) -> Iterator[CityProfile]:
        """Walk the profiles in the order of their cities."""
        return iter(self._by_city[city] for city in sorted(self._by_city))

    def __len__(self) -> int:
        """Return the number of cities."""
        return len(self._by_city)

    def get(self, city: str) -> CityProfile:
        """Return the profile of a city. Raises NotFound `city.unknown`."""
        try:
            return self._by_city[city]
        except KeyError:
            raise NotFound("city.unknown") from None


def load_profiles(folder: Path) -> Profiles:
    """Read all `*.yaml` of the folder. Raises ProfileInvalid with every mistake of every file."""
    found: list[CityProfile] = []
    problems: list[Problem] = []
    paths = sorted(folder.glob("*.yaml"))
    if not paths:
        problems.append(
            Problem(str(folder), 1, "profile", "no profile is here", "Put one `<city>.yaml` into the folder.")
        )
    for path in paths:
        profile, mistakes = read_profile(path.name, path.read_text(encoding="utf-8"))
        problems += mistakes
        if profile is not None:
            found.append(profile)
    if problems:
        raise ProfileInvalid(tuple(problems))
    return Profiles(found)


def read_profile(file: str, text: str) -> tuple[CityProfile | None, list[Problem]]:
    """Read one profile from its text; `file` is the name told in mistakes. The profile is None when there is any."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as wrong:
        mark = getattr(wrong, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 1
        fault = str(getattr(wrong, "problem", None) or wrong)
        return None, [Problem(file, line, "profile", f"is no YAML: {fault}", "Mind indentation, colons and quotes.")]
    if node is None:
        return None, [Problem(file, 1, "profile", "is empty", "Copy another city's profile and change it.")]
    reader = NodeReader(file)
    profile = reader.read(CityProfile, node)
    if profile is not None:
        check(profile, reader.note)
        if file.removesuffix(".yaml") != profile.city:
            reader.note("city", f"`{profile.city}` is not the file's name", f"Name the file {profile.city}.yaml.")
    return (None if reader.problems else profile), reader.problems
