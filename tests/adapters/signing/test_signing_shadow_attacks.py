"""Shadows and other revisions over genuine files: none is accepted, by the record, by a forged record, by the file, or under a seal."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.adapters.signing import shadows
from tests.adapters.signing.conftest import Case
from tests.adapters.signing.forgeries import prefix
from tests.adapters.signing.sample import SIGNERS
from tests.adapters.signing.test_signing_forgeries import alone, complicit, reasons

Make = Callable[[bytes], bytes]
ATTACKS: dict[str, Make] = {one.__name__: partial(shadows.appended, one) for one in shadows.ADDED} | {
    one.__name__: one for one in shadows.RAW
}
OF_THE_STORE = {"stuffed_store", "foreign_in_store"}
EARLY = [one.__name__ for one in shadows.ADDED if one.__name__ not in OF_THE_STORE]


def test_every_attack_makes_a_file_of_its_own(finished: Case) -> None:
    made = {make(finished.document) for make in ATTACKS.values()}

    assert len(made) == len(ATTACKS)
    assert finished.document not in made


@pytest.mark.parametrize("name", ATTACKS)
def test_no_shadow_is_accepted_against_the_record(name: str, finished: Case) -> None:
    facts = finished.verify(ATTACKS[name](finished.document))

    assert not facts["accepted"]
    assert reasons(facts)


@pytest.mark.parametrize("name", ATTACKS)
def test_no_shadow_is_accepted_by_a_record_forged_with_it(name: str, finished: Case) -> None:
    document = ATTACKS[name](finished.document)

    facts = finished.verify(document, expected=complicit(finished, document))

    assert not facts["accepted"]
    assert reasons(facts)


@pytest.mark.parametrize("name", ATTACKS)
def test_no_shadow_is_accepted_by_the_file_alone(name: str, finished: Case, pki: Path) -> None:
    facts = alone(finished, pki, ATTACKS[name](finished.document))

    assert not facts["accepted"]
    assert reasons(facts)


@pytest.mark.parametrize("name", [*EARLY, *(one.__name__ for one in shadows.RAW)])
def test_no_shadow_cast_before_the_seal_is_accepted_under_it(name: str, finished: Case) -> None:
    """An insider writes it when all have signed, adapts the record, and has the authority seal it."""
    victim = Case(finished.engine, finished.clock, prefix(finished.document, len(SIGNERS) + 1))
    victim.signatures = finished.signatures[: len(SIGNERS)]
    victim.document = ATTACKS[name](victim.document)
    try:
        victim.seal()
    except Exception:  # the engine may refuse to touch it, which is as good
        return

    facts = victim.verify(expected=complicit(victim, victim.document))

    assert not facts["accepted"]
    assert name not in EARLY or "modified_afterwards" in reasons(facts)
