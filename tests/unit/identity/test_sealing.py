import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.kit.sealing import SealingPair, open_sealed, seal
from tests.unit.identity.world import refused

PAIR = SealingPair.generate()


@given(st.binary(max_size=2000))
def test_what_is_sealed_to_a_key_is_opened_by_its_other_half(data: bytes) -> None:
    assert open_sealed(seal(data, PAIR.public), PAIR.private) == data


def test_the_same_picture_is_never_the_same_box() -> None:
    assert seal(b"face", PAIR.public) != seal(b"face", PAIR.public)


def test_another_key_does_not_open_it() -> None:
    with refused("sealing.unreadable"):
        open_sealed(seal(b"face", PAIR.public), SealingPair.generate().private)


@pytest.mark.parametrize("place", [0, 31, 32, 43, 44, -1])
def test_any_changed_byte_makes_it_unreadable(place: int) -> None:
    raw = bytearray(base64.b64decode(seal(b"face", PAIR.public)))
    raw[place] ^= 1

    with refused("sealing.unreadable"):
        open_sealed(base64.b64encode(raw).decode(), PAIR.private)


@pytest.mark.parametrize(
    "box", ["", "not base64!", base64.b64encode(b"short").decode(), base64.b64encode(bytes(80)).decode()]
)
def test_what_is_no_box_is_unreadable(box: str) -> None:
    with refused("sealing.unreadable"):
        open_sealed(box, PAIR.private)


@pytest.mark.parametrize("key", ["", "AAAA", "not base64!", base64.b64encode(bytes(32)).decode()])
def test_a_key_that_is_none_is_refused(key: str) -> None:
    with refused("sealing.key_invalid"):
        seal(b"face", key)


def test_the_private_half_is_not_in_the_representation() -> None:
    assert repr(PAIR.private) not in repr(PAIR)
