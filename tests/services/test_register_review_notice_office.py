"""Property, review, notice and office as real processes on a real bus; the other services are stood in for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from deploy.local.processes import ROSTER, Roster
from deploy.local.stack import Stack
from deploy.local.supervision import SERVICES_GROUP
from services.common.kit.actors import ActorSigner
from services.common.kit.blocking import BlockingClient
from services.common.kit.calls import Actor, ActorKind
from services.common.kit.errors import DomainError, Kind
from services.common.messages import contract, identity, notice, office, review, signing
from services.common.messages import property as register
from services.common.values import CaseNo, CompanyName, Mobile, PersonId, Uscc
from tests.services.neighbour import Neighbour
from tests.stack.waiting import eventually

OWN = ("property", "review", "notice", "office")
OFFICE = "huangshi-housing"
REVIEWER = Actor(ActorKind.STAFF, "anna", ("REVIEWER",), OFFICE)
PARTY_STAFF = Actor(ActorKind.STAFF, "party", ("REVIEWER",), OFFICE)
PERSON = PersonId("p-" + "a" * 26)
PHONE = Mobile("13800000001")
pytestmark = pytest.mark.stack


@dataclass
class World:
    """The stack, a voice for every issuer, and the stand-in."""

    stack: Stack
    clients: dict[str, BlockingClient] = field(default_factory=dict)
    neighbour: Any = None
    numbers: int = 0

    @property
    def amqp_url(self) -> str:
        return self.stack.environments.topology()["GUOHU_AMQP_URL"]

    def ask(self, message: Any, *, by: str = "cli", actor: Actor | None = None, request_id: str | None = None) -> Any:
        if by not in self.clients:
            pem = self.stack.secrets.private_key(f"actors/{by}").read_bytes()
            self.clients[by] = BlockingClient(self.amqp_url, ActorSigner.from_pem(by, pem))
        return self.clients[by].ask(message, actor=actor, request_id=request_id)

    def refused(self, message: Any, *, by: str = "gateway", actor: Actor | None = None) -> str:
        with pytest.raises(DomainError) as refusal:
            self.ask(message, by=by, actor=actor)
        return refusal.value.code

    def case(self) -> CaseNo:
        self.numbers += 1
        return CaseNo("huangshi", f"20261122{self.numbers:05d}")

    def free_title(self) -> register.SeededTitle:
        return self.ask(register.ListSeededTitles(city="huangshi", owners=1, limit=1)).titles[0]

    def title(self, title_id: str, except_case: CaseNo | None = None) -> register.Title:
        return self.ask(register.GetTitle(title_id=title_id, except_case=except_case), by="contract")


def case_view(message: contract.GetCase) -> contract.CaseView:
    party = contract.PartyView(
        person_id=PERSON,
        side=contract.Side.SELLER,
        is_main=True,
        name="",
        id_number="",
        mobile="",
        address="",
        marital="",
        share="",
        must_confirm=False,
        confirmed_at=None,
        is_viewer=False,
    )
    return contract.CaseView(
        case_no=message.case_no,
        state="SUBMITTED",
        revision=1,
        version=1,
        title_id="t",
        location="",
        certificate_no="",
        building_area=Decimal(1),
        parties=(party,),
        terms=None,
        steps=(),
        allowed_acts=(),
        barred_acts=(),
        missing=(),
        history=(),
        filing_no="",
        return_items=(),
    )


def staff_person(message: identity.GetStaff) -> identity.StaffPerson:
    person = PERSON if message.staff_id == "party" else None
    return identity.StaffPerson(staff_id=message.staff_id, roles=("REVIEWER",), office=OFFICE, person_id=person)


def soon() -> dt.datetime:
    return dt.datetime.now(dt.UTC) + dt.timedelta(minutes=5)


ANSWERS: dict[type, Callable[[Any], object]] = {
    contract.GetCase: case_view,
    contract.GetBuyers: lambda _: contract.Buyers(buyers=()),
    contract.GetContacts: lambda _: contract.PartyContacts(
        contacts=(contract.PartyContact(person_id=PERSON, mobile=PHONE),)
    ),
    identity.GetStaff: staff_person,
    identity.GetSmsCode: lambda _: identity.SmsCode(
        mobile=PHONE, code="135790", purpose=identity.CodePurpose.SIGN_IN, expires_at=soon()
    ),
    signing.IssueLink: lambda message: signing.Invitation(
        task_id=message.task_id,
        case_no=CaseNo("huangshi", "2026112299999"),
        mobile=PHONE,
        token=f"token-{message.task_id}",
        expires_at=soon(),
    ),
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    roster = Roster(
        processes=tuple(one for one in ROSTER.processes if one.service in OWN),
        topology=ROSTER.topology,
        migrations={service: command for service, command in ROSTER.migrations.items() if service in OWN},
    )
    stack = Stack(Path(tmp_path_factory.mktemp("four")), roster)
    try:
        stack.up()
        world = World(stack)
        world.neighbour = Neighbour(world.amqp_url, ANSWERS)
        world.ask(register.SeedTitles(city="huangshi", count=200, seed=1))
        yield world
        world.neighbour.end()
        for client in world.clients.values():
            client.close()
    finally:
        stack.down()


def test_the_same_seed_twice_adds_nothing_and_the_same_request_is_answered_from_the_log(world: World) -> None:
    more = register.SeedTitles(city="huangshi", count=210, seed=1)

    first = world.ask(more, request_id="seed-210")
    again = world.ask(more, request_id="seed-210")
    anew = world.ask(more)

    assert first.added == 10
    assert again == first
    assert anew.added == 0


def test_an_owner_finds_his_title_and_a_stranger_does_not(world: World) -> None:
    title = world.free_title()
    owner = title.owners[0]
    search = register.SearchTitles(
        city="huangshi",
        certificate_no=title.certificate_no,
        owner_name=owner.name,
        owner_id_number=owner.id_number,
        source="s1",
    )

    found = world.ask(search, by="gateway", actor=Actor(ActorKind.PERSON, str(owner.person_id)))

    assert [(one.title_id, one.owners_masked) for one in found.titles] == [(title.title_id, (owner.name.masked,))]
    stranger = Actor(ActorKind.PERSON, str(PERSON))
    assert [world.refused(search, actor=stranger) for _ in range(20)] == ["property.title_not_found"] * 20
    assert world.refused(search, actor=stranger) == "property.too_many_searches"


def test_a_house_is_held_and_freed_by_the_events_of_its_case(world: World) -> None:
    title, case_no = world.free_title(), world.case()
    opened = contract.CaseOpened(case_no=case_no, title_id=title.title_id)
    world.neighbour.tell(opened, str(case_no), times=2)
    eventually(lambda: world.title(title.title_id).barred_by == ("DUPLICATE_HOUSE",))
    assert world.title(title.title_id, case_no).barred_by == ()

    ended = contract.CaseEnded(case_no=case_no, title_id=title.title_id, state="REVOKED", envelope_id="")
    world.neighbour.tell(ended, str(case_no))

    eventually(lambda: world.title(title.title_id).barred_by == ())


def queued(world: World, case_no: CaseNo, title_id: str) -> review.ReviewItem:
    event = contract.CaseSubmitted(case_no=case_no, title_id=title_id, envelope_id="env", city="huangshi", round=1)
    world.neighbour.tell(event, str(case_no), times=2)

    def waiting() -> list[review.ReviewItem]:
        queue = world.ask(review.ListQueue(state="", cursor="", limit=100), by="gateway", actor=REVIEWER)
        return [one for one in queue.items if one.case_no == case_no]

    found = eventually(waiting)
    assert len(found) == 1
    return found[0]


def test_a_submission_is_claimed_approved_sealed_and_pushed_to_the_register(world: World) -> None:
    title, case_no = world.free_title(), world.case()
    item = queued(world, case_no, title.title_id)
    assert world.refused(review.Approve(review_id=item.review_id), actor=REVIEWER) == "review.not_claimed"
    assert world.refused(review.Claim(review_id=item.review_id), actor=PARTY_STAFF) == "review.conflict_of_interest"
    world.ask(review.Claim(review_id=item.review_id), by="gateway", actor=REVIEWER)
    withdraw = review.WithdrawFromReview(case_no=case_no, round=1)
    assert world.refused(withdraw, by="contract") == "review.already_claimed"

    approved = world.ask(review.Approve(review_id=item.review_id), by="gateway", actor=REVIEWER)
    sealed = signing.EnvelopeSealed(
        envelope_id="env", case_no=case_no, filing_no=approved.filing_no, document_sha256="ab" * 32
    )
    world.neighbour.tell(sealed, str(case_no), times=2)

    def pushed() -> bool:
        queue = world.ask(review.ListQueue(state="PUSHED", cursor="", limit=100), by="gateway", actor=REVIEWER)
        return any(one.case_no == case_no for one in queue.items)

    eventually(pushed)
    assert approved.filing_no.startswith("42HS20")
    assert world.title(title.title_id).barred_by == ("DUPLICATE_HOUSE",)
    assert world.title(title.title_id, case_no).barred_by == ()


def test_a_filing_reaches_a_register_that_was_away(world: World) -> None:
    title, case_no = world.free_title(), world.case()
    item = queued(world, case_no, title.title_id)
    world.ask(review.Claim(review_id=item.review_id), by="gateway", actor=REVIEWER)
    approved = world.ask(review.Approve(review_id=item.review_id), by="gateway", actor=REVIEWER)
    world.stack.supervisor._tolerant("stopProcess", f"{SERVICES_GROUP}:property.serve", True)
    sealed = signing.EnvelopeSealed(
        envelope_id="env", case_no=case_no, filing_no=approved.filing_no, document_sha256="cd" * 32
    )
    world.neighbour.tell(sealed, str(case_no))
    log = world.stack.layout.log_file("review.worker")
    eventually(lambda: "filing not acknowledged" in log.read_text())

    world.stack.supervisor._tolerant("startProcess", f"{SERVICES_GROUP}:property.serve", True)

    def pushed() -> bool:
        queue = world.ask(review.ListQueue(state="PUSHED", cursor="", limit=100), by="gateway", actor=REVIEWER)
        return any(one.case_no == case_no for one in queue.items)

    eventually(pushed, seconds=60)


def outbox(world: World, template: str) -> list[notice.SentMessage]:
    found = world.ask(notice.ListOutbox(mobile=PHONE, limit=200)).messages
    waiting = template.startswith("case_")  # in the quiet hours of the night what can wait is written, not yet sent
    return [one for one in found if one.template == template and (waiting or one.state == "SENT")]


def test_codes_links_and_news_are_handed_over_once_each(world: World) -> None:
    case_no = world.case()
    world.neighbour.tell(identity.SmsCodeIssued(code_id="code1"), "code1", times=2)
    opened = signing.EnvelopeOpened(envelope_id="env1", case_no=case_no, version=1, task_ids=("task1", "task2"))
    world.neighbour.tell(opened, "env1", times=2)
    world.neighbour.tell(contract.CaseAdvanced(case_no=case_no, state="FILED"), str(case_no), times=2)

    templates = ("sms_code", "invitation", "case_filed")
    sent = lambda: [len(outbox(world, template)) for template in templates]
    assert eventually(lambda: sent() if all(sent()) else []) == [1, 2, 1]
    assert "135790" in outbox(world, "sms_code")[0].text
    url = world.stack.environments.public_url
    assert any(f"{url}/s/token-task1 " in one.text for one in outbox(world, "invitation"))


def test_offices_publish_to_anybody(world: World) -> None:
    anybody = Actor(ActorKind.ANONYMOUS, "")

    cities = world.ask(office.ListCities(), by="gateway", actor=anybody)
    offered = world.ask(
        office.GetBusinessType(office_id=OFFICE, business_type="self_deal_sale"), by="gateway", actor=anybody
    )

    assert "huangshi" in [one.city for one in cities.cities]
    assert (len(offered.steps), len(offered.hints)) == (5, 7)


def test_no_process_wrote_a_phone_a_name_or_a_code_into_its_log(world: World) -> None:
    secrets = [str(PHONE), "135790", "token-task1", *(str(one.owners[0].name) for one in [world.free_title()])]

    for one in world.stack.roster.processes:
        text = world.stack.layout.log_file(one.name).read_text()
        assert [secret for secret in secrets if secret in text] == []


def test_two_hundred_titles_are_seeded_within_their_deadline(world: World) -> None:
    assert world.ask(register.SeedTitles(city="huangshi", count=200, seed=77)).added == 200


def test_an_unknown_city_is_refused_with_its_own_kind(world: World) -> None:
    with pytest.raises(DomainError) as refusal:
        world.ask(register.SeedTitles(city="nowhere", count=1, seed=1))

    assert (refusal.value.code, refusal.value.kind) == ("city.unknown", Kind.NOT_FOUND)


def test_a_defaulter_noted_by_command_is_barred_when_contract_asks(world: World) -> None:
    owner = world.free_title().owners[0]
    asked = register.ScreenParty(city="huangshi", name=owner.name, id_number=owner.id_number)
    assert world.ask(asked, by="contract").barred_by == ()

    world.ask(
        register.NoteParty(city="huangshi", id_number=owner.id_number, defaulter=True, eligibility="NOT_REQUIRED")
    )

    assert world.ask(asked, by="contract").barred_by == ("BUYER_DEFAULTER",)
    assert world.refused(asked, by="gateway").startswith("actor.")


def test_a_search_by_an_enterprises_code_needs_its_name_too(world: World) -> None:
    search = register.SearchTitles(
        city="huangshi",
        certificate_no=world.free_title().certificate_no,
        enterprise_name=CompanyName("黄石恒泰置业有限公司"),
        enterprise_uscc=Uscc("91350100M000100Y43"),
        source="s2",
    )
    nobody = Actor(ActorKind.PERSON, "p-" + "b" * 26)

    assert world.refused(search, actor=nobody) == "property.title_not_found"
    halved = replace(search, enterprise_name=None)
    assert world.refused(halved, actor=nobody) == "property.search_incomplete"


def test_the_material_list_is_published(world: World) -> None:
    offered = world.ask(
        office.GetBusinessType(office_id=OFFICE, business_type="self_deal_sale"),
        by="gateway",
        actor=Actor(ActorKind.ANONYMOUS, ""),
    )

    assert {one.material_id for one in offered.materials} >= {"id_card", "marriage_proof", "divorce_proof"}
