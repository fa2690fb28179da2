import pytest

from services.common.kit.calls import Actor, ActorKind, Call
from services.common.kit.errors import Forbidden, InvalidValue, NotAuthenticated
from services.common.kit.settings import Environment, SettingMissing
from services.common.messages.notice import ListOutbox
from services.notice.config import NoticeSettings
from tests.unit.notice.post_office import OTHER_PHONE, PHONE, PostOffice, contacts

OPERATOR = Call(Actor(ActorKind.STAFF, "olaf", ("OPERATOR",)), "c")
CLI = Call(Actor(ActorKind.SERVICE, "cli"), "c")
KEY = "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s="


def told() -> PostOffice:
    office = PostOffice()
    office.neighbours.contacts = contacts(PHONE, OTHER_PHONE)
    office.tell("FILED", "e1")
    office.wait(seconds=1)
    office.tell("PUSHED", "e2")
    return office


@pytest.mark.parametrize("call", [OPERATOR, CLI])
def test_operators_read_texts_and_masked_phones_newest_first(call: Call) -> None:
    found = told().list(ListOutbox(mobile=None, limit=10), call).messages

    assert [one.template for one in found] == ["case_pushed", "case_pushed", "case_filed", "case_filed"]
    assert {one.mobile_masked for one in found} == {PHONE.masked, OTHER_PHONE.masked}
    assert found[0].text.startswith("【过户】")


def test_a_phone_narrows_the_list() -> None:
    found = told().list(ListOutbox(mobile=PHONE, limit=10), OPERATOR).messages

    assert {one.mobile_masked for one in found} == {PHONE.masked}


def test_the_list_is_bounded() -> None:
    assert len(told().list(ListOutbox(mobile=None, limit=1), OPERATOR).messages) == 1
    assert len(told().list(ListOutbox(mobile=None, limit=-5), OPERATOR).messages) == 1


@pytest.mark.parametrize(
    ("call", "refusal"),
    [
        (Call(Actor(ActorKind.STAFF, "anna", ("REVIEWER",)), "c"), Forbidden),
        (Call(Actor(ActorKind.SERVICE, "contract"), "c"), Forbidden),
        (Call(Actor(ActorKind.PERSON, "p-" + "a" * 26), "c"), NotAuthenticated),
        (Call(Actor(ActorKind.ANONYMOUS, ""), "c"), NotAuthenticated),
    ],
)
def test_nobody_else_reads_it(call: Call, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        told().list(ListOutbox(mobile=None, limit=10), call)


def test_the_embedded_outbox_is_refused_in_production_and_so_is_an_unknown_provider() -> None:
    values = {"GUOHU_PUBLIC_URL": "https://x/", "GUOHU_PERSON_KEY": KEY}

    assert NoticeSettings.read(Environment(values), "local").public_url == "https://x"
    for env, texting in (
        ("production", {}),
        ("production", {"GUOHU_TEXTING": "embedded"}),
        ("local", {"GUOHU_TEXTING": "pigeon"}),
    ):
        with pytest.raises(SettingMissing, match="GUOHU_TEXTING"):
            NoticeSettings.read(Environment(values | texting), env)


@pytest.mark.parametrize("channel", ["SMS", "RCS"])
def test_in_production_no_carrier_is_handed_a_message_in_the_clear(channel: str) -> None:
    told = {"GUOHU_ENV": "production", "GUOHU_PUBLIC_URL": "https://x/", "GUOHU_PERSON_KEY": KEY}
    for one in ("SMS", "RCS"):
        told |= {f"GUOHU_{one}_URL": "https://carrier.example", f"GUOHU_{one}_KEY_ID": "guohu", f"GUOHU_{one}_KEY": KEY}
    told["GUOHU_TEXTING"] = "carrier"

    assert len(NoticeSettings.read(Environment(told), "production").carriers) == 2
    with pytest.raises(SettingMissing, match=f"GUOHU_{channel}_URL"):
        NoticeSettings.read(Environment(told | {f"GUOHU_{channel}_URL": "http://carrier.example"}), "production")


def test_pages_are_walked_by_the_cursor_and_the_last_has_none() -> None:
    desk, cursor, walked = told(), "", []
    while True:
        page = desk.list(ListOutbox(mobile=None, limit=1, cursor=cursor), OPERATOR)
        walked += [one.message_id for one in page.messages]
        cursor = page.next_cursor
        if not cursor:
            break

    assert walked == [one.message_id for one in desk.list(ListOutbox(mobile=None, limit=200), OPERATOR).messages]
    assert len(walked) == len(set(walked)) > 1


@pytest.mark.parametrize(
    "cursor", ["x", "bm8=", "MjAyNi0xMS0yMlQwNDowMDowMHxt", "====", "MjAyNi0xMS0yMlQwNDowMDowMCswMDowMHw="]
)
def test_a_cursor_that_is_not_ours_is_refused(cursor: str) -> None:
    with pytest.raises(InvalidValue, match=r"notice\.cursor_invalid"):
        told().list(ListOutbox(mobile=None, limit=1, cursor=cursor), OPERATOR)
