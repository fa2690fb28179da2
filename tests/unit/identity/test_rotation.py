"""Who may rotate the field key, and in what batches."""

import pytest

from services.common.messages.identity import FieldsResealed, RotateFieldKey
from services.identity.application.rotate_field_key import rotate_field_key
from tests.unit.identity.world import World, anonymous, as_service, refused


def test_the_operators_command_is_told_what_waits(world: World) -> None:
    answer = rotate_field_key(world.means, RotateFieldKey(), as_service("cli"))

    assert answer == FieldsResealed(resealed=0, waiting=0)


def test_nobody_else_rotates(world: World) -> None:
    for who in (anonymous(), as_service("gateway")):
        with refused("actor.service_only"):
            rotate_field_key(world.means, RotateFieldKey(), who)


@pytest.mark.parametrize("limit", [0, -1, 2001])
def test_a_batch_is_bounded(limit: int, world: World) -> None:
    with refused("identity.rotation_limit_invalid"):
        rotate_field_key(world.means, RotateFieldKey(limit=limit), as_service("cli"))
