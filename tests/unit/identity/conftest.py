"""A fresh world for every test, and a booth in it."""

import pytest

from tests.unit.identity.told_faces import Booth, ToldFaces
from tests.unit.identity.world import World


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def booth(world: World) -> Booth:
    return Booth(world, ToldFaces())
