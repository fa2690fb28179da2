"""Accounts, sessions and staff over HTTP on a real stack: who may use which route, what a wrong entry is told, what commands do."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
import requests
from click.testing import CliRunner, Result
from stdnum.cn import ric

from clients.python.guohu_client import wait_for
from deploy.cli.__main__ import guohu
from deploy.cli.staff import ROLES
from deploy.local.processes import ROSTER, Roster
from deploy.local.stack import Stack
from gateway.routes import accounts, sessions, staff
from gateway.routing import Route, routes_of
from services.common.kit.actors import ActorSigner
from services.common.kit.blocking import BlockingClient
from services.common.messages import identity as messages
from services.identity.domain.staff import Role
from tests.unit.identity.world import id_number

pytestmark = [pytest.mark.stack, pytest.mark.timeout(240)]
RUN = ("identity.serve", "contract.serve", "signing.serve", "review.serve", "notice.serve", "gateway.serve")
OFFICE = "huangshi-housing"
NUMBERS = itertools.count(1)


@dataclass
class City:
    """The stack as people and operators reach it."""

    stack: Stack

    def command(self, *arguments: str, typed: str = "") -> Result:
        return CliRunner().invoke(
            guohu, ["--json", *arguments], env=self.stack.environments.operator(), input=typed or None
        )

    def send(self, method: str, path: str, body: Any = None, token: str = "") -> requests.Response:
        headers = {"Idempotency-Key": str(uuid.uuid4()), "Accept-Language": "en"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        url = self.stack.environments.public_url + path
        return requests.request(method, url, json=body, headers=headers, timeout=20)

    def code(self, mobile: str, purpose: str) -> dict[str, str]:
        code_id = self.send("POST", "/v1/sms-codes", {"mobile": mobile, "purpose": purpose}).json()["code_id"]
        pem = self.stack.secrets.private_key("actors/notice").read_bytes()
        client = BlockingClient(
            self.stack.environments.topology()["GUOHU_AMQP_URL"], ActorSigner.from_pem("notice", pem)
        )
        try:
            return {"code_id": code_id, "code": client.ask(messages.GetSmsCode(code_id=code_id)).code}
        finally:
            client.close()

    def register(self, number: str, mobile: str, name: str = "测试甲") -> requests.Response:
        body = {"name": name, "id_number": number, "mobile": mobile, **self.code(mobile, "REGISTER")}
        return self.send("POST", "/v1/accounts", body)

    def person(self) -> Person:
        place = next(NUMBERS)
        number, mobile = str(id_number(place)), f"139{place:08d}"
        assert self.register(number, mobile).status_code == 201
        body = {"mobile": mobile, **self.code(mobile, "SIGN_IN")}
        return Person(number, mobile, self.send("POST", "/v1/sessions", body).json()["access_token"])

    def staff(self, *roles: str, login: str = "") -> dict[str, str]:
        """An account made by the command, and its session's token."""
        login = login or f"staff.{uuid.uuid4().hex[:10]}"
        options = [part for role in roles for part in ("--role", role)]
        made = self.command("staff", "add", login, *options, "--office", OFFICE)
        assert made.exit_code == 0, made.output
        account: dict[str, str] = json.loads(made.stdout)
        return {**account, "token": self.enter(account).json()["access_token"]}

    def enter(self, account: dict[str, str], ahead: int = 0) -> requests.Response:
        """Sign in; `ahead`: by the one-time password of so many seconds later, since each works once."""
        secret = parse_qs(urlsplit(account["totp"]).query)["secret"][0]
        digits = pyotp.TOTP(secret).at(dt.datetime.now(dt.UTC) + dt.timedelta(seconds=ahead))
        body = {"login": account["login"], "password": account["password"], "totp": digits}
        return self.send("POST", "/v1/staff-sessions", body)


@dataclass(frozen=True)
class Person:
    """A signed-in citizen."""

    number: str
    mobile: str
    token: str


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    processes = tuple(one for one in ROSTER.processes if one.name in RUN)
    migrations = {one.service: ROSTER.migrations[one.service] for one in processes if one.service != "gateway"}
    stack = Stack(tmp_path_factory.mktemp("accounts") / "var", Roster(processes, ROSTER.topology, migrations))
    try:
        stack.up()
        yield City(stack)
    finally:
        stack.down()


@pytest.fixture(scope="module")
def tokens(city: City) -> dict[str, str]:
    """A session for every role, and a citizen's."""
    return {role: city.staff(role)["token"] for role in ROLES} | {"person": city.person().token}


def test_the_command_offers_exactly_the_roles_there_are() -> None:
    assert set(ROLES) == set(Role)


STAFF_ROUTES: dict[str, tuple[str, str, Any, str]] = {
    "list_queue": ("GET", "/v1/review/queue", None, "REVIEWER"),
    "claim": ("POST", "/v1/review/claims", {"review_id": "none"}, "REVIEWER"),
    "decide": ("POST", "/v1/review/decisions", {"review_id": "none", "decision": "APPROVE"}, "REVIEWER"),
    "check_at_counter": (
        "POST",
        "/v1/counter/identity-checks",
        {"name": "测试甲", "id_number": str(id_number(900))},
        "COUNTER_CLERK",
    ),
    "list_messages": ("GET", "/v1/staff/messages", None, "OPERATOR"),
    "look_up_messages": ("POST", "/v1/staff/messages/lookup", {"mobile": "13800000001"}, "OPERATOR"),
    "list_staff_acts": ("GET", "/v1/staff/audit", None, "AUDITOR"),
}
"""Operation -> request and the one role it is for."""
OURS = [one for module in (accounts, sessions, staff) for one in routes_of(module)]
CLOSED = [one for one in OURS if one.actor != "anyone"]


REVIEWS = {"list_queue", "claim", "decide"}
"""Some of the review's routes, which stand in a file of their own."""


def test_every_staff_route_is_in_the_table() -> None:
    assert {one.operation for one in routes_of(staff)} == set(STAFF_ROUTES) - REVIEWS


@pytest.mark.parametrize("operation", STAFF_ROUTES)
def test_a_staff_route_opens_to_its_role_and_to_no_other(operation: str, city: City, tokens: dict[str, str]) -> None:
    method, path, body, role = STAFF_ROUTES[operation]
    answers = {one: city.send(method, path, body, token) for one, token in tokens.items()}

    assert answers[role].status_code not in (401, 403), answers[role].text
    for other, answer in answers.items():
        if other != role:
            expected = "actor.staff_only" if other == "person" else "actor.role_missing"
            assert (answer.status_code, answer.json()["code"]) == (403, expected), other


@pytest.mark.parametrize("route", CLOSED, ids=lambda one: one.operation)
def test_without_a_session_or_with_the_wrong_kind_nothing_opens(
    route: Route, city: City, tokens: dict[str, str]
) -> None:
    path = route.path.replace("{purpose}", "NOTICE")
    nobody = city.send(route.method, path)
    forged = city.send(route.method, path, token=tokens["person"][:-4] + "AAAA")

    assert (nobody.status_code, nobody.json()["code"]) == (401, "actor.sign_in_required")
    assert (forged.status_code, forged.json()["code"]) == (401, "token.invalid")
    if route.actor in ("person", "staff"):
        wrong = city.send(route.method, path, token=tokens["OFFICE_ADMIN" if route.actor == "person" else "person"])
        assert (wrong.status_code, wrong.json()["code"]) == (
            403,
            f"actor.{route.actor.replace('person', 'persons')}_only",
        )


def minor() -> str:
    stem = "42020220150101001"
    return stem + ric.calc_check_digit(stem + "0")


WRONG_NUMBERS = {
    "a wrong check character": str(id_number(7))[:-1] + ("0" if str(id_number(7))[-1] != "0" else "1"),
    "a day that is none": "420202198002300015",
    "seventeen digits": str(id_number(7))[:-1],
    "letters": "42020219800101ABCD",
}


@pytest.mark.parametrize("number", WRONG_NUMBERS.values(), ids=WRONG_NUMBERS)
@pytest.mark.parametrize("at", ["registration", "counter"])
def test_a_wrong_id_number_is_refused_by_its_field(at: str, number: str, city: City, tokens: dict[str, str]) -> None:
    body = {"name": "测试甲", "id_number": number}
    if at == "registration":
        answer = city.send(
            "POST", "/v1/accounts", body | {"mobile": "13800000001", "code_id": "none", "code": "123456"}
        )
    else:
        answer = city.send("POST", "/v1/counter/identity-checks", body, tokens["COUNTER_CLERK"])

    assert answer.status_code in (400, 422)
    assert "id_number" in json.dumps(answer.json()["errors"])


def test_a_minor_is_sent_to_the_counter_with_a_guardian_and_the_counter_refuses_him_alone(
    city: City, tokens: dict[str, str]
) -> None:
    registering = city.register(minor(), "13700000001")
    at_counter = city.send(
        "POST", "/v1/counter/identity-checks", {"name": "测试乙", "id_number": minor()}, tokens["COUNTER_CLERK"]
    )

    for answer in (registering, at_counter):
        assert (answer.status_code, answer.json()["code"]) == (422, "identity.under_age")
        assert "guardian" in answer.json()["detail"]


def test_an_expired_card_is_refused_at_the_counter(city: City, tokens: dict[str, str]) -> None:
    body = {"name": "测试甲", "id_number": str(id_number(901)), "card_valid_until": "2020-01-01"}

    answer = city.send("POST", "/v1/counter/identity-checks", body, tokens["COUNTER_CLERK"])

    assert (answer.status_code, answer.json()["code"]) == (422, "identity.id_card_expired")


def test_an_account_is_erased_by_a_proof_and_registered_anew(city: City, tokens: dict[str, str]) -> None:
    one = city.person()
    seen = {"name": "测试甲", "id_number": one.number}
    assert city.send("POST", "/v1/counter/identity-checks", seen, tokens["COUNTER_CLERK"]).status_code == 201
    check = city.send("POST", "/v1/face-checks", {"purpose": "ACCOUNT"}, one.token).json()
    path = f"/v1/face-checks/{check['check_id']}/alternatives"
    proof = city.send("POST", path, {"method": "COUNTER"}, one.token).json()["proof"]

    refused = city.send("POST", "/v1/accounts/me/erasure", {"proof": proof + "x"}, one.token)
    done = city.send("POST", "/v1/accounts/me/erasure", {"proof": proof}, one.token)

    assert (refused.status_code, refused.json()["code"]) == (401, "token.invalid")
    assert done.status_code == 200, done.text
    told = done.json()
    assert all(part["what"] for part in told["erased"])
    assert all(part["what"] and part["why"] for part in told["kept"])
    gone = city.send("GET", "/v1/accounts/me", token=one.token)
    assert (gone.status_code, gone.json()["code"]) == (401, "identity.session_over")
    assert city.register(one.number, "13600000001", name="测试丙").status_code == 201


def test_the_auditor_reads_who_checked_whom_and_pages_through_it(city: City, tokens: dict[str, str]) -> None:
    clerk = city.staff("COUNTER_CLERK")
    for place in (910, 911, 912):
        body = {"name": "测试甲", "id_number": str(id_number(place))}
        assert city.send("POST", "/v1/counter/identity-checks", body, clerk["token"]).status_code == 201

    path = f"/v1/staff/audit?login={clerk['login']}&limit=2"
    first = city.send("GET", path, token=tokens["AUDITOR"]).json()
    second = city.send("GET", f"{path}&cursor={first['next_cursor']}", token=tokens["AUDITOR"]).json()

    acts = first["acts"] + second["acts"]
    assert [one["act"] for one in acts] == ["identity.checked_at_counter"] * 3
    assert {one["login"] for one in acts} == {clerk["login"]}
    assert (len(first["acts"]), second["next_cursor"]) == (2, "")
    assert str(id_number(910)) not in json.dumps(acts)


def test_a_blocked_member_of_staff_is_out_at_once_and_back_after_unblock(city: City) -> None:
    one = city.staff("REVIEWER")
    assert city.command("staff", "block", one["login"]).exit_code == 0

    wait_for(lambda: city.send("GET", "/v1/review/queue", token=one["token"]).status_code == 401, "the end of it", 10)
    shut = city.enter(one, ahead=30)
    assert city.command("staff", "unblock", one["login"]).exit_code == 0
    unknown = city.command("staff", "block", "nobody.known")

    assert (shut.status_code, shut.json()["code"]) == (403, "identity.staff_blocked")
    assert city.enter(one, ahead=30).status_code == 201
    assert (unknown.exit_code, "identity.staff_unknown" in unknown.output) == (1, True)


def test_other_roles_by_command_stand_in_the_next_session(city: City) -> None:
    one = city.staff("REVIEWER")

    done = city.command("staff", "roles", one["login"], "--role", "TAX_OFFICER")
    alone = city.command("staff", "roles", one["login"], "--role", "TAX_OFFICER", "--role", "AUDITOR")

    assert json.loads(done.stdout)["roles"] == ["TAX_OFFICER"]
    assert (alone.exit_code, "identity.role_stands_alone" in alone.output) == (1, True)


def test_a_blocked_id_number_cannot_register_until_it_is_unblocked(city: City) -> None:
    number = str(id_number(next(NUMBERS)))
    blocked = city.command("person", "block", "--reason", "LOST_CARD", typed=f"{number}\n")
    refused = city.register(number, "13500000001")
    opened = city.command("person", "unblock", "--id-number", number)

    assert (blocked.exit_code, opened.exit_code) == (0, 0), blocked.output
    assert number not in blocked.stdout.replace(f"ID number: {number}", "")
    assert (refused.status_code, refused.json()["code"]) == (403, "identity.id_number_blocked")
    assert city.register(number, "13500000002").status_code == 201


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("person", "block", "--id-number", "1", "--reason", "FRAUD"), 2, "--id-number"),
        (("person", "block", "--id-number", str(id_number(5)), "--reason", "no code"), 1, "block_reason_invalid"),
        (("staff", "add", "x", "--role", "KING", "--office", OFFICE), 2, "KING"),
        (("staff", "add", "x", "--role", "REVIEWER", "--office", OFFICE), 1, "login_invalid"),
        (("field-key", "rotate", "--batch", "0"), 2, "--batch"),
    ],
)
def test_a_wrong_entry_is_named_in_one_line(arguments: tuple[str, ...], code: int, told: str, city: City) -> None:
    done = city.command(*arguments)

    assert (done.exit_code, told in done.output) == (code, True), done.output
    assert "Traceback" not in done.output


def test_a_card_of_the_embedded_table_proves_its_holder(city: City) -> None:
    one, card, reserved = city.person(), "6222020200000000014", "13400000001"
    added = city.command(
        "bank-card", "add", "--name", "测试甲", "--id-number", one.number, "--mobile", reserved, "--card", card
    )
    check = city.send("POST", "/v1/face-checks", {"purpose": "ACCOUNT"}, one.token).json()
    body = {"card_number": card, "mobile": reserved, **city.code(reserved, "BANK_CARD")}
    done = city.send("POST", f"/v1/face-checks/{check['check_id']}/bank-card", body, one.token)

    assert added.exit_code == 0, added.output
    assert done.json()["state"] == "ACCEPTED", done.text


def test_rotating_says_how_far_it_is_and_can_be_repeated(city: City) -> None:
    city.person()

    for _ in range(2):
        done = city.command("field-key", "rotate", "--service", "identity", "--batch", "3")
        assert (done.exit_code, json.loads(done.stdout)) == (0, {"identity": {"resealed": 0, "waiting": 0}})
        assert "identity: 0 rewritten, 0 to go" in done.stderr
    counted = city.command("field-key", "waiting", "--service", "identity")
    assert (counted.exit_code, json.loads(counted.stdout)) == (0, {"identity": 0})


@pytest.mark.parametrize(
    "group",
    [
        *("staff add", "staff block", "staff unblock", "staff roles"),
        *("person block", "bank-card add", "field-key", "audit verify"),
    ],
)
def test_help_is_there_without_a_stack(group: str) -> None:
    done = CliRunner().invoke(guohu, [*group.split(), "--help"])

    assert (done.exit_code, len(done.output.splitlines()) > 4) == (0, True)
