"""From the frozen documents to the last signature: twice, late, out of order, refused and expired."""

from __future__ import annotations

import pytest

from services.common.kit.errors import DomainError, Kind, Unavailable
from services.common.messages.contract import DocumentsFrozen, DocumentsReady, GetCase, ReopenCase, RevokeCase
from services.common.messages.signing import EnvelopeEnded, EnvelopeOpened, EnvelopeSigned, SignerSigned
from services.contract.application.ports import Drawn
from services.contract.domain.document import ContractDocument
from services.contract.domain.errors import ActBarred, NotYet
from services.contract.domain.lifecycle import State
from tests.support import contract_builders as make
from tests.support.contract_world import ENVELOPE, World


def opened(world: World, envelope_id: str = ENVELOPE, version: int | None = None) -> None:
    """Signing reports the envelope."""
    version = world.case.version if version is None else version
    world.envelope(EnvelopeOpened(envelope_id=envelope_id, case_no=world.case.no, version=version, task_ids=()))


def ended(world: World, state: str, version: int | None = None) -> None:
    """Signing reports the end."""
    version = world.case.version if version is None else version
    world.envelope(EnvelopeEnded(envelope_id=ENVELOPE, case_no=world.case.no, version=version, state=state))


def signed_by(world: World, who: object, envelope_id: str = ENVELOPE) -> None:
    """Signing reports a signature."""
    world.envelope(SignerSigned(envelope_id=envelope_id, case_no=world.case.no, person_id=who.person_id))  # type: ignore[attr-defined]


def test_drawing_twice_tells_signing_once() -> None:
    world = World()
    world.frozen()

    world.draw()
    world.draw()

    assert len(world.told(DocumentsReady)) == 1
    assert len(world.renderer.drawn) == 1


def test_drawing_for_a_version_that_is_no_longer_waited_for_does_nothing() -> None:
    world = World()
    world.frozen()

    world.draw_documents(DocumentsFrozen(case_no=world.case.no, version=7), make.service_call_of("contract"))

    assert not world.renderer.drawn
    assert not world.signing_desk.minted


def test_the_envelope_opening_twice_changes_nothing() -> None:
    world = World()
    world.signing()
    revision = world.case.revision

    opened(world)

    assert world.case.revision == revision


def test_a_signature_reported_twice_counts_once() -> None:
    world = World()
    world.signing()

    signed_by(world, make.SELLER)
    signed_by(world, make.SELLER)

    assert world.case.drawing.signed_by == (make.SELLER.person_id,)


def test_a_signature_that_overtakes_the_opening_of_its_envelope_is_tried_again() -> None:
    world = World()
    world.frozen()
    world.draw()

    with pytest.raises(NotYet):
        signed_by(world, make.SELLER)

    opened(world)
    signed_by(world, make.SELLER)
    assert world.case.drawing.signed_by == (make.SELLER.person_id,)


def test_a_signature_of_another_envelope_changes_nothing() -> None:
    world = World()
    world.signing()

    signed_by(world, make.SELLER, "envelope-0")

    assert world.case.drawing.signed_by == ()


def test_the_last_signature_makes_the_contract_even_when_single_reports_are_late() -> None:
    world = World()
    world.signing()

    world.envelope(EnvelopeSigned(envelope_id=ENVELOPE, case_no=world.case.no, version=1))
    signed_by(world, make.SELLER)

    assert world.case.state is State.SIGNED
    assert world.case.drawing.signed_at == make.NOW
    assert len(world.case.drawing.signed_by) == 2


def test_all_signed_reported_twice_changes_nothing() -> None:
    world = World()
    world.signed()
    revision = world.case.revision

    world.envelope(EnvelopeSigned(envelope_id=ENVELOPE, case_no=world.case.no, version=1))

    assert world.case.revision == revision


def test_a_refusal_voids_confirmations_and_asks_for_a_new_version_to_be_confirmed() -> None:
    world = World()
    world.signing()

    ended(world, "REFUSED")

    assert (world.case.state, world.case.version) == (State.CONFIRMING, 2)
    assert world.case.drawing.confirmed == ()
    assert world.case.drawing.documents == ()


@pytest.mark.parametrize("outcome", ["EXPIRED", "RECALLED"])
def test_after_expiry_or_recall_the_same_text_may_be_signed_anew_without_confirming_again(outcome: str) -> None:
    world = World()
    world.signing()

    ended(world, outcome)

    assert (world.case.state, world.case.version) == (State.READY_TO_SIGN, 2)
    assert world.case.confirmed_at(make.BUYER.person_id)
    assert world.case.confirmed_at(make.SELLER.person_id) is None
    assert world.start().state == "FREEZING"
    world.draw()
    assert world.told(DocumentsReady)[-1].version == 2  # type: ignore[attr-defined]


def test_the_end_of_an_earlier_envelope_changes_nothing() -> None:
    world = World()
    world.signing()
    ended(world, "EXPIRED")
    world.start()
    revision = world.case.revision

    ended(world, "REFUSED", version=1)

    assert (world.case.state, world.case.revision) == (State.FREEZING, revision)


def test_an_envelope_opening_after_the_case_was_revoked_changes_nothing() -> None:
    world = World()
    world.frozen()
    world.draw()
    world.revoke_case(RevokeCase(case_no=world.case.no, reason="不卖了"), make.call_of(make.SELLER))

    opened(world)

    assert world.case.state is State.REVOKED


# ---- a text that cannot be printed -----------------------------------------------------------------------------------
def unprintable(world: World) -> None:
    """The renderer meets a character no font has, once."""
    drawn = world.renderer.draw

    def draw(document: ContractDocument, *, preview: bool) -> Drawn:
        del document, preview
        world.renderer.draw = drawn  # type: ignore[method-assign]
        raise DomainError(
            "contract.glyph_missing", Kind.INVALID, character="\u0d9e", codepoint="U+0D9E", field="extra_terms"
        )

    world.renderer.draw = draw  # type: ignore[method-assign]


def test_a_text_that_cannot_be_printed_is_given_back_to_be_edited_instead_of_waiting_for_ever() -> None:
    world = World()
    world.frozen()
    unprintable(world)
    world.draw()

    seen = world.get_case(GetCase(case_no=world.case.no), make.call_of(make.SELLER))
    with pytest.raises(ActBarred) as refused:
        world.start()

    assert world.case.state is State.READY_TO_SIGN
    assert refused.value.code == "contract.glyph_missing"
    (shown,) = [one for one in seen.barred_acts if one.act == "start_signing"]
    assert (shown.reason, shown.character, shown.field) == ("contract.glyph_missing", "\u0d9e", "extra_terms")
    assert (refused.value.context["character"], refused.value.context["codepoint"]) == ("\u0d9e", "U+0D9E")
    assert seen.duty is not None
    assert (seen.duty.act, seen.duty.mine) == ("reopen", True)
    assert not world.told(DocumentsReady)


def test_an_edited_text_can_be_signed_after_one_that_could_not_be_printed() -> None:
    world = World()
    world.frozen()
    unprintable(world)
    world.draw()
    world.reopen_case(ReopenCase(case_no=world.case.no, revision=world.case.revision), make.call_of(make.SELLER))
    world.agree(make.terms(extra_terms="改过"))
    world.generate()
    world.confirm(make.BUYER)
    world.start()
    world.draw()

    assert world.case.state is State.FREEZING
    assert world.told(DocumentsReady)


def test_the_refusal_to_print_an_old_version_changes_nothing() -> None:
    world = World()
    world.signing()
    revision = world.case.revision
    world.draw()

    assert world.case.revision == revision


def test_a_renderer_that_is_down_is_tried_again() -> None:
    world = World()
    world.frozen()

    def draw(document: ContractDocument, *, preview: bool) -> Drawn:
        del document, preview
        raise Unavailable("engine.died")

    world.renderer.draw = draw  # type: ignore[method-assign]
    with pytest.raises(Unavailable):
        world.draw()

    assert world.case.state is State.FREEZING
