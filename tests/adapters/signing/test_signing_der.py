"""The DER writer beside an ASN.1 library: the same bytes for the same values, and the orders DER asks for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from asn1crypto import cms, core
from hypothesis import given
from hypothesis import strategies as st

from services.signing.adapters.engine import der
from services.signing.adapters.engine.revisions import embedded_messages
from tests.adapters.signing.conftest import Case


@given(st.integers(-(2**200), 2**200))
def test_integers_are_minimal(value: int) -> None:
    assert der.integer(value) == core.Integer(value).dump()


@given(st.binary(max_size=70_000))
def test_lengths_are_definite_and_minimal(content: bytes) -> None:
    assert der.octets(content) == core.OctetString(content).dump()


@pytest.mark.parametrize("size", [0, 1, 127, 128, 255, 256, 65_535, 65_536])
def test_lengths_at_the_edges(size: int) -> None:
    assert der.octets(bytes(size)) == core.OctetString(bytes(size)).dump()


@given(st.tuples(st.integers(0, 1), st.integers(0, 39)), st.lists(st.integers(0, 2**127), min_size=1, max_size=6))
def test_object_identifiers_with_arcs_of_any_size(head: tuple[int, int], rest: list[int]) -> None:
    dotted = ".".join(map(str, (*head, *rest)))

    assert der.oid(dotted) == core.ObjectIdentifier(dotted).dump()


def test_uuid_arcs_survive() -> None:
    dotted = "2.25.85495873683829423971309729791062593799"

    assert core.ObjectIdentifier.load(der.oid(dotted)).native == dotted


@given(st.lists(st.integers(0, 2**40), max_size=8))
def test_sets_are_ascending(values: list[int]) -> None:
    members = [der.integer(value) for value in values]

    assert der.set_of(*members) == der.tlv(0x31, b"".join(sorted(members)))


@pytest.mark.parametrize(
    ("microsecond", "written"),
    [
        (0, b"20260105060300Z"),
        (120_000, b"20260105060300.12Z"),
        (999, b"20260105060300Z"),
        (1_000, b"20260105060300.001Z"),
    ],
)
def test_times_are_utc_without_needless_zeros(microsecond: int, written: bytes) -> None:
    china = datetime(2026, 1, 5, 14, 3, 0, microsecond, tzinfo=timezone(timedelta(hours=8)))

    assert der.generalized_time(china) == der.tlv(0x18, written)
    assert core.GeneralizedTime.load(der.generalized_time(china)).native.astimezone(UTC).second == 0


def test_signed_attributes_are_in_der_order(finished: Case) -> None:
    for message in embedded_messages(finished.document):
        attributes = [one.dump() for one in message["signer_infos"][0]["signed_attrs"]]

        assert attributes == sorted(attributes)


def test_signed_attributes_are_what_pades_allows(finished: Case) -> None:
    allowed = ["cms_algorithm_protection", "content_type", "message_digest", "signing_certificate_v2"]
    for message in embedded_messages(finished.document):
        names = sorted(one["type"].native for one in message["signer_infos"][0]["signed_attrs"])

        assert names == allowed
        assert isinstance(message, cms.SignedData)
