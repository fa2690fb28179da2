"""What the client promises of every request: keys, repeats, waiting, sessions, refusals as exceptions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace

import pytest

from clients.python.guohu_client import (
    NO_PATIENCE,
    Limited,
    NoAnswer,
    NotSignedIn,
    OpenCase,
    Patience,
    Refused,
    Stale,
    UnknownOperation,
    pages,
)
from clients.python.guohu_client.cases import CaseReference
from services.common.kit import tokens
from services.common.kit.errors import DomainError, Kind, Unavailable
from services.common.messages import contract, identity
from tests.unit.client.conftest import Phone
from tests.unit.gateway.fakes import PERSON, Keys
from tests.unit.gateway.samples import Samples

CASE = "huangshi-2023081800001"


def held(phone: Phone) -> OpenCase:
    """A case read at revision 3, version 2."""
    return OpenCase(phone.client, CaseReference(CASE, CASE.partition("-")[2], "CONFIRMING", 3, 2))


def expired(keys: Keys) -> str:
    told = {"sub": PERSON, "sid": "s-1", "kind": "PERSON", "roles": [], "office": "", "aud": "gateway"}
    yesterday = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    return tokens.sign(told, keys.private, lifetime=dt.timedelta(minutes=15), now=yesterday)


# ---- keys and repeats ----------------------------------------------------------------------------------------------
def test_an_answer_lost_on_the_way_is_asked_for_again_with_the_same_key(phone: Phone) -> None:
    phone.wire.lose = 2

    held(phone).confirm()

    asked = [one for one in phone.bus.asked if isinstance(one.message, contract.ConfirmContract)]
    assert len(asked) == 3
    assert len({one.request_id for one in asked}) == 1
    assert phone.waited == [0.1, 0.2]


def test_two_acts_have_two_keys(phone: Phone) -> None:
    held(phone).submit()
    held(phone).submit()

    first, second = (one["Idempotency-Key"] for one in phone.sent)
    assert first != second


def test_an_act_nobody_answered_is_sent_later_with_the_key_it_had(phone: Phone) -> None:
    phone.client.patience = NO_PATIENCE
    phone.wire.lose = 1
    with pytest.raises(NoAnswer) as gone:
        phone.client.do("submit_case", case=CASE)

    phone.client.do("submit_case", case=CASE, key=gone.value.key)

    assert len({one.request_id for one in phone.bus.asked}) == 1


@pytest.mark.parametrize(
    "act",
    [
        lambda case, key: case.save_parties("seller", [], key=key),
        lambda case, key: case.save_terms({}, key=key),
        lambda case, key: case.generate(key=key),
        lambda case, key: case.reopen(key=key),
        lambda case, key: case.confirm(key=key),
        lambda case, key: case.start_signing(key=key),
        lambda case, key: case.submit(key=key),
        lambda case, key: case.withdraw(key=key),
        lambda case, key: case.revoke("价格未谈妥", key=key),
    ],
    ids=["parties", "terms", "generate", "reopen", "confirm", "sign", "submit", "withdraw", "revoke"],
)
def test_every_act_on_a_case_can_be_repeated_with_the_key_it_had(
    act: Callable[[OpenCase, str], object], phone: Phone
) -> None:
    phone.client.patience, phone.wire.lose = NO_PATIENCE, 1
    case = held(phone)
    with pytest.raises(NoAnswer) as gone:
        act(case, "")

    with suppress(Refused):  # an empty body is refused: sent with the key and the revision it had it was all the same
        act(case, gone.value.key)

    first, second = phone.sent
    told = ("Idempotency-Key", "If-Match")
    assert [first.get(one) for one in told] == [second.get(one) for one in told]


@pytest.mark.parametrize("wait", [1, 4])
def test_who_is_told_to_come_back_comes_back_then(wait: int, phone: Phone) -> None:
    phone.bus.answers[contract.SubmitCase] = Unavailable("contract.unavailable", retry_after=wait)
    phone.client.pause = lambda seconds: (phone.waited.append(seconds), phone.bus.answers.clear())[0]

    held(phone).submit()

    assert phone.waited == [wait]
    assert len({one["Idempotency-Key"] for one in phone.sent}) == 1


def test_a_command_still_being_carried_out_is_asked_for_again(phone: Phone) -> None:
    phone.bus.answers[contract.SubmitCase] = DomainError("request.in_flight", Kind.CONFLICT)
    phone.client.pause = lambda seconds: phone.bus.answers.clear()

    assert held(phone).submit().case_no


def test_a_limit_that_ends_soon_is_waited_for_and_a_long_one_is_told(phone: Phone) -> None:
    phone.bus.answers[contract.LookUpCase] = DomainError("contract.too_many_lookups", Kind.LIMITED, retry_after=1800)
    body = {"city": "huangshi", "seller_name": "张三", "seller_id_number": "x" * 18, "number": "2023081800001"}
    body["seller_id_number"] = str(Samples().of(identity.RecoverAccount).id_number)

    with pytest.raises(Limited) as limited:
        phone.client.do("look_up_case", body=body)
    phone.bus.answers[contract.LookUpCase] = DomainError("contract.too_many_lookups", Kind.LIMITED, retry_after=2)
    phone.client.pause = lambda seconds: (phone.waited.append(seconds), phone.bus.answers.clear())[0]
    phone.client.do("look_up_case", body=body)

    assert limited.value.retry_after == 1800
    assert phone.waited == [2]


# ---- revisions -----------------------------------------------------------------------------------------------------
def test_an_edit_names_the_revision_read_and_the_next_edit_the_revision_answered(phone: Phone) -> None:
    case = held(phone)

    answered = case.generate().revision
    case.reopen()

    assert [one["If-Match"] for one in phone.sent] == ['"3"', f'"{answered}"']


def test_a_case_changed_meanwhile_is_stale_and_an_edit_without_revision_is_a_mistake_of_the_app(phone: Phone) -> None:
    phone.bus.answers[contract.GenerateContract] = DomainError("contract.stale_version", Kind.STALE)

    with pytest.raises(Stale):
        held(phone).generate()
    with pytest.raises(TypeError, match="revision"):
        phone.client.do("generate_contract", case=CASE)


# ---- sessions ------------------------------------------------------------------------------------------------------
def test_an_expired_session_is_refreshed_once_and_the_request_sent_again(phone: Phone, keys: Keys) -> None:
    fresh = Samples().of(identity.Session, access_token=keys.token(), refresh_token="refresh-2")
    phone.bus.answers[identity.RefreshSession] = fresh
    phone.client.token, phone.client.refresh_token = expired(keys), "refresh-1"

    held(phone).confirm()
    held(phone).submit()

    refreshed = [one.message for one in phone.bus.asked if isinstance(one.message, identity.RefreshSession)]
    assert [one.refresh_token for one in refreshed] == ["refresh-1"]
    assert phone.client.refresh_token == "refresh-2"
    assert phone.sent[0]["Idempotency-Key"] == phone.sent[2]["Idempotency-Key"]
    assert "Authorization" not in phone.sent[1], "the old token is of no use here"


def test_a_new_token_that_is_expired_already_is_not_renewed_for_ever(phone: Phone, keys: Keys) -> None:
    stale = Samples().of(identity.Session, access_token=expired(keys), refresh_token="refresh-2")
    phone.bus.answers[identity.RefreshSession] = stale
    phone.client.token, phone.client.refresh_token = expired(keys), "refresh-1"
    phone.wire.before = lambda: pytest.fail("asked on and on") if len(phone.wire.seen) > 20 else None

    with pytest.raises(NotSignedIn) as refused:
        held(phone).submit()

    assert refused.value.code == "token.expired"


def test_many_threads_of_one_client_refresh_once(phone: Phone, keys: Keys) -> None:
    fresh = Samples().of(identity.Session, access_token=keys.token(), refresh_token="refresh-2")
    phone.bus.answers[identity.RefreshSession] = fresh
    phone.client.token, phone.client.refresh_token = expired(keys), "refresh-1"

    with ThreadPoolExecutor(8) as crew:
        done = [crew.submit(lambda: held(phone).submit().state) for _ in range(8)]

    assert all(one.result() for one in done)
    assert len([one for one in phone.bus.asked if isinstance(one.message, identity.RefreshSession)]) == 1


def test_a_session_that_ended_asks_to_sign_in_again_or_does_it(phone: Phone, keys: Keys) -> None:
    phone.bus.answers[identity.RefreshSession] = DomainError("identity.session_ended", Kind.UNAUTHENTICATED)
    phone.client.token, phone.client.refresh_token = expired(keys), "refresh-1"
    with pytest.raises(NotSignedIn) as ended:
        held(phone).submit()

    phone.client.token, phone.client.refresh_token = expired(keys), "refresh-1"
    phone.client.renew = lambda: phone.client.hold({"access_token": keys.token(), "refresh_token": "anew"})
    held(phone).submit()

    assert ended.value.code == "identity.session_ended"
    assert phone.client.refresh_token == "anew"


# ---- refusals ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_refusal_has_its_code_its_sentence_and_its_words_in_both_languages(language: str, phone: Phone) -> None:
    phone.client.language = language
    phone.bus.answers[contract.SubmitCase] = DomainError("contract.not_all_signed", Kind.CONFLICT)

    with pytest.raises(Refused) as refused:
        held(phone).submit()

    wrong = refused.value
    assert (wrong.status, wrong.code) == (409, "contract.not_all_signed")
    assert set(wrong.words) == {"zh", "en"}
    assert wrong.detail == wrong.words[language]
    assert wrong.correlation_id


def test_words_are_filled_from_the_context(phone: Phone) -> None:
    texts = phone.client.catalogue.texts
    code = next(code for code, words in texts.items() if "{" in words["zh"])

    words = phone.client.catalogue.words(code, {})

    assert "{" not in words["zh"]
    assert phone.client.catalogue.words("no.such_code", {}) == {}


def test_wrong_fields_are_named_with_code_and_reason(phone: Phone) -> None:
    with pytest.raises(Refused) as refused:
        phone.client.do("register", body={"name": "张三"})

    wrong = {one.field: one for one in refused.value.fields}
    assert wrong["id_number"].code == "field.required"
    assert all(one.detail for one in wrong.values())


def test_what_the_server_does_not_offer_is_known_before_anything_is_sent(phone: Phone) -> None:
    with pytest.raises(UnknownOperation):
        phone.client.do("sell_the_moon")
    with pytest.raises(UnknownOperation, match="case"):
        phone.client.do("submit_case")
    with pytest.raises(TypeError, match="colour"):
        phone.client.do("list_cases", query={"colour": "red"})
    assert phone.sent == []


# ---- pages ---------------------------------------------------------------------------------------------------------
def test_pages_are_one_stream(phone: Phone) -> None:
    rows = [Samples().of(contract.CaseRow) for _ in range(3)]
    answers = [
        contract.CaseList(cases=tuple(rows[:2]), next_cursor="there"),
        contract.CaseList(cases=tuple(rows[2:]), next_cursor=""),
    ]

    def turn() -> None:
        phone.bus.answers[contract.ListCases] = answers.pop(0)

    phone.wire.before = turn
    found = list(pages(phone.client, "list_cases", "cases", {"role": "BUYER"}))

    assert len(found) == 3
    asked = [one.message for one in phone.bus.asked]
    assert [(one.cursor, one.side) for one in asked] == [("", "BUYER"), ("there", "BUYER")]


def test_patience_ends(phone: Phone) -> None:
    phone.client.patience = replace(Patience(), total=0.0)
    phone.bus.answers[contract.SubmitCase] = Unavailable("contract.unavailable")

    with pytest.raises(NoAnswer) as gone:
        held(phone).submit()

    assert gone.value.last is not None
    assert gone.value.last.status == 503
