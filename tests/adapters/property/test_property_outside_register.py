"""A city's own register over HTTP keeps the promises of the embedded one; whatever is no good answer is no "not found"."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import pytest

from services.common.kit.errors import DomainError, Unavailable
from services.common.kit.fields import FieldCipher
from services.common.kit.outside import TRIES, Outside, Partner
from services.common.values import CertificateNo
from services.property.adapters.outside_register import CODE, AskedRegister, RoutedRegister
from services.property.adapters.repository import StoredRegister, register_works
from services.property.adapters.rows import TitleRows
from services.property.application.ports import NamedOwner
from services.property.domain.errors import FilingDiffers, HouseAlreadyFiled, HouseBarred
from services.property.domain.filing import Filing
from services.property.domain.hold import HouseHold
from services.property.domain.title import Encumbrance, OwnershipMode, RegisteredTitle
from tests.adapters.property.test_property_outside import SHARED, Authority
from tests.adapters.property.test_property_register import CALL, TABLES
from tests.adapters.stored import emptied
from tests.support.outside_server import OutsideServer, outside_server
from tests.unit.property.builders import CASE, CERTIFICATE, KEY, NOW, enterprise, enterprise_title, owner, person, title

ASKED = NamedOwner(person(0).name, person(0).id_number)
SHARED_TITLE = replace(
    title(Encumbrance.LEASE, title_id="a1", owners=2),
    mode=OwnershipMode.SHARES,
    owners=(owner(0, Fraction(1, 3)), replace(owner(1, Fraction(2, 3)), deceased=True)),
)
COMPANY_TITLE = enterprise_title("b_2", CertificateNo("0000002"))
FILING = Filing(CASE, "huangshi.a1", "42HS20261122000001", "ab" * 32, NOW, "")


def written(one: RegisteredTitle) -> dict[str, Any]:
    """A title as the registry's protocol writes it."""
    share = lambda who: None if who.share is None else str(who.share)  # noqa: E731
    house = {
        name: value if value is None or isinstance(value, int) else str(value)
        for name, value in vars(one.house).items()
    }
    return {
        "title_id": one.title_id,
        "certificate_no": str(one.certificate_no),
        "mode": one.mode.value,
        "owners": [
            {"name": str(who.name), "id_number": str(who.id_number), "share": share(who), "deceased": who.deceased}
            for who in one.owners
        ],
        "enterprises": [
            {
                "name": str(who.name),
                "uscc": str(who.uscc),
                "share": share(who),
                "representative": {
                    "name": str(who.representative.name),
                    "id_number": str(who.representative.id_number),
                },
            }
            for who in one.enterprises
        ],
        "house": house,
        "notes": sorted(note.value for note in one.encumbrances),
        "further": "ignored",
    }


@dataclass
class Registry:
    """A land registry's system: some titles, and the filings it has taken."""

    titles: tuple[RegisteredTitle, ...] = (SHARED_TITLE, COMPANY_TITLE)
    filings: dict[str, str] = field(default_factory=dict)
    refused: str = ""

    def __call__(self, asked: dict[str, Any]) -> dict[str, Any]:
        if asked["city"] != "huangshi":
            return {}
        if "filing_no" in asked:
            return {"filing_no": asked["filing_no"], **self._file(asked)}
        if "certificate_no" in asked:
            found = [one for one in map(written, self.titles) if self._agrees(one, asked)]
            return {"certificate_no": asked["certificate_no"], "titles": found}
        found = [one for one in map(written, self.titles) if one["title_id"] == asked["title_id"]]
        return {"title_id": asked["title_id"], "title": found[0] if found else None}

    def _agrees(self, one: dict[str, Any], asked: dict[str, Any]) -> bool:
        people = [(who["name"], who["id_number"]) for who in one["owners"]]
        companies = [(who["name"], who["uscc"]) for who in one["enterprises"]]
        return (
            one["certificate_no"] == asked["certificate_no"] and (asked["name"], asked["number"]) in people + companies
        )

    def _file(self, asked: dict[str, Any]) -> dict[str, str]:
        if self.refused:
            return {"refused": self.refused}
        return {"receipt_no": self.filings.setdefault(asked["filing_no"], f"HS-{len(self.filings) + 1}")}


@pytest.fixture
def server() -> Iterator[OutsideServer]:
    with outside_server() as one:
        one.answer = Authority(Registry())
        yield one


def asking(server: OutsideServer, *, seconds: float = 5.0) -> AskedRegister:
    return AskedRegister("huangshi", Partner(Outside(f"{server.url}/registry", CODE, seconds), "guohu", SHARED), KEY)


def ours(one: RegisteredTitle) -> RegisteredTitle:
    return replace(one, title_id=f"huangshi.{one.title_id}", generated=False)


def search(register: AskedRegister) -> Any:
    return register.search(CERTIFICATE, ASKED)


def find(register: AskedRegister) -> Any:
    return register.find("huangshi.a1")


def file(register: AskedRegister) -> Any:
    return register.receipt(FILING)


QUESTIONS = [search, find, file]


def test_a_title_arrives_as_the_registry_keeps_it_under_our_key_for_it(server: OutsideServer) -> None:
    register, company = asking(server), enterprise(0)

    assert register.find("huangshi.a1") == ours(SHARED_TITLE)
    assert register.find("huangshi.b_2") == ours(COMPANY_TITLE)
    assert register.search(CERTIFICATE, ASKED) == [ours(SHARED_TITLE)]
    assert register.search(CertificateNo("0000002"), NamedOwner(company.name, company.uscc)) == [ours(COMPANY_TITLE)]


def test_not_found_is_what_the_registry_itself_says(server: OutsideServer) -> None:
    register = asking(server)

    assert register.find("huangshi.zz") is None
    assert register.search(CERTIFICATE, NamedOwner(person(5).name, person(5).id_number)) == []


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("status", [204, 302, 400, 404, 429, 500, 503])
def test_an_error_is_never_not_found(
    question: Callable[[AskedRegister], Any], status: int, server: OutsideServer
) -> None:
    server.answer = Authority(Registry(titles=()), status=status)

    with pytest.raises(Unavailable, match=r"property\.register_unavailable"):
        question(asking(server))


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_late_answer_an_unsigned_one_and_a_forged_one_are_never_not_found(
    question: Callable[[AskedRegister], Any], server: OutsideServer
) -> None:
    empty = {"certificate_no": str(CERTIFICATE), "titles": [], "title_id": "a1", "title": None}
    for answer in (server.hang, lambda _: (200, empty), Authority(lambda _: empty, key=b"x" * 32)):
        server.answer = answer
        with pytest.raises(Unavailable):
            question(asking(server, seconds=0.2))


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        [],
        {"titles": [], "title": None},
        {"certificate_no": str(CERTIFICATE), "title_id": "a1"},
        {"certificate_no": "0000009", "titles": [], "title_id": "b_2", "title": None, "filing_no": "x"},
        {"certificate_no": str(CERTIFICATE), "titles": None, "title_id": "a1", "title": []},
        {"certificate_no": str(CERTIFICATE), "titles": [None], "title_id": "a1", "title": "none"},
        {"certificate_no": str(CERTIFICATE), "titles": [{}], "title_id": "a1", "title": {}},
    ],
)
@pytest.mark.parametrize("question", QUESTIONS)
def test_an_answer_to_another_question_or_to_none_is_never_not_found(
    question: Callable[[AskedRegister], Any], wrong: Any, server: OutsideServer
) -> None:
    server.answer = Authority(lambda _: wrong)

    with pytest.raises(Unavailable):
        question(asking(server))


GOOD = written(SHARED_TITLE)
SPOILT: list[dict[str, Any]] = [
    *({key: value for key, value in GOOD.items() if key != missing} for missing in GOOD if missing != "further"),
    GOOD | {"notes": ["LEASE", "SOMETHING_NEW"]},
    GOOD | {"notes": "SEAL"},
    GOOD | {"mode": "SOLE"},
    GOOD | {"owners": []},
    GOOD | {"owners": GOOD["owners"][:1]},
    GOOD | {"owners": [GOOD["owners"][0] | {"share": "1/2"}, GOOD["owners"][1]]},
    GOOD | {"owners": [GOOD["owners"][0] | {"deceased": "no"}, GOOD["owners"][1]]},
    GOOD | {"owners": [GOOD["owners"][0] | {"id_number": "110105194912310021"}, GOOD["owners"][1]]},
    GOOD | {"title_id": "../a1"},
    GOOD | {"certificate_no": "0000009", "title_id": "b_2"},
    GOOD | {"house": GOOD["house"] | {"building_area": "NaN"}},
    GOOD | {"house": GOOD["house"] | {"building_area": 98.76}},
    GOOD | {"house": GOOD["house"] | {"land_term_end": "soon"}},
    GOOD | {"house": GOOD["house"] | {"floor": True}},
    GOOD | {"house": None},
]


@pytest.mark.parametrize("spoilt", SPOILT)
def test_a_title_that_is_not_whole_is_not_taken_in_part(spoilt: dict[str, Any], server: OutsideServer) -> None:
    server.answer = Authority(
        lambda asked: {
            "certificate_no": asked.get("certificate_no"),
            "titles": [spoilt],
            "title_id": asked.get("title_id"),
            "title": spoilt,
        }
    )
    for question in (search, find):
        with pytest.raises(Unavailable):
            question(asking(server))


def test_a_title_of_somebody_else_is_no_hit(server: OutsideServer) -> None:
    server.answer = Authority(
        lambda _: {"certificate_no": str(CERTIFICATE), "titles": [GOOD | {"certificate_no": str(CERTIFICATE)}]}
    )
    with pytest.raises(Unavailable):
        asking(server).search(CERTIFICATE, NamedOwner(person(0).name, person(1).id_number))


@pytest.mark.parametrize(
    ("word", "refusal"),
    [("DUPLICATE_FILING", HouseAlreadyFiled), ("FILING_DIFFERS", FilingDiffers), ("HOUSE_SEALED", HouseBarred)],
)
def test_a_filing_is_refused_in_the_registrys_words(
    word: str, refusal: type[DomainError], server: OutsideServer
) -> None:
    server.answer = Authority(Registry(refused=word))

    with pytest.raises(refusal):
        file(asking(server))


@pytest.mark.parametrize(
    "answer",
    [
        {"receipt_no": ""},
        {"receipt_no": 7},
        {"receipt_no": "x" * 41},
        {"receipt_no": "HS-1", "refused": "HOUSE_SEALED"},
        {"refused": "WE_ARE_CLOSED"},
        {"refused": ["HOUSE_SEALED"]},
        {"receipt_no": "HS-1", "filing_no": "42HS20261122000009"},
    ],
)
def test_neither_a_receipt_nor_a_refusal_we_know_is_no_answer(answer: dict[str, Any], server: OutsideServer) -> None:
    server.answer = Authority(lambda _: {"filing_no": FILING.filing_no, **answer})

    with pytest.raises(Unavailable):
        file(asking(server))


def test_questions_are_repeated_once_and_a_filing_never_by_itself(server: OutsideServer) -> None:
    good = Authority(Registry())
    server.answer = lambda received: good(received) if len(server.received) % TRIES == 0 else (503, b"")

    assert find(asking(server)) is not None
    assert len(server.received) == TRIES
    with pytest.raises(Unavailable):
        file(asking(server))
    assert len(server.received) == TRIES + 1
    assert file(asking(server)) == file_again(server)


def file_again(server: OutsideServer) -> str:
    """The same filing once more, after an even number of requests."""
    server.received.append(server.received[-1])
    return asking(server).receipt(FILING)


def test_no_person_stands_in_an_address_and_the_case_number_goes_with_the_filing(server: OutsideServer) -> None:
    for question in QUESTIONS:
        question(asking(server))

    assert [one.path for one in server.received] == [
        "/registry/v1/titles/search",
        "/registry/v1/titles/get",
        "/registry/v1/filings",
    ]
    assert b"2026112200001" in server.received[-1].body


def routed(server: OutsideServer) -> tuple[RoutedRegister, Any]:
    database = emptied("property", *TABLES)
    rows = TitleRows(FieldCipher(b"f" * 32), KEY)
    return RoutedRegister(StoredRegister(database, rows), {"huangshi": asking(server)}), register_works(database, rows)


def test_each_city_has_its_own_register_and_holds_are_ours_in_both(server: OutsideServer) -> None:
    register, works = routed(server)
    elsewhere = replace(title(title_id="t1"), city="yangquan")
    with works(CALL) as work:
        work.titles.add_missing([elsewhere, title(title_id="t2", certificate=CertificateNo("0000007"))])
        for held in ("t1", "huangshi.a1"):
            work.holds.save(HouseHold.taken(replace(CASE, number=f"202611220000{len(held)}"), held))
        work.commit()

    assert [one.title.title_id for one in register.search("huangshi", CERTIFICATE, ASKED)] == ["huangshi.a1"]
    assert [one.title.title_id for one in register.search("yangquan", CERTIFICATE, ASKED)] == ["t1"]
    for key in ("t1", "huangshi.a1"):
        found = register.find(key)
        assert found is not None
        assert len(found.holders) == 1
    assert register.receipt(replace(FILING, title_id="t1")) is None
    assert register.receipt(FILING) == "HS-1"


def test_a_title_of_a_register_that_was_disconnected_is_unavailable_and_not_gone(server: OutsideServer) -> None:
    register, _ = routed(server)

    with pytest.raises(Unavailable):
        replace(register, outside={}).find("huangshi.a1")
    assert register.find("t9") is None


def test_dates_of_the_registry_are_read(server: OutsideServer) -> None:
    found = asking(server).find("huangshi.a1")

    assert found is not None
    assert found.house.land_term_end == dt.date(2073, 5, 6)
