"""Sets the stage: seeded titles, staff by command, generated people whose names and numbers match a seeded title."""

from __future__ import annotations

import datetime as dt
import random
import secrets
import uuid
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import pyotp
from stdnum import luhn
from stdnum.cn import ric

from clients.python.guohu_client import Catalogue, Client, wait_for
from deploy.demo.faces import Face, draw
from deploy.demo.people import CITY, Citizen, Operator, Staff
from deploy.demo.sale import Cast
from services.common.kit.errors import Unavailable
from services.common.messages.identity import AddBankCard, AddStaff
from services.common.messages.property import ListSeededTitles, SeededTitle, SeedTitles
from services.common.values import IdNumber, Mobile, PersonName

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜"
GIVEN = "明华建国秀英丽伟芳娜敏静强磊军洋勇艳杰娟涛超平刚桂文辉玲安宁嘉怡思远雨晨"
TITLES = 200
SEED = 20261122
TAKES = 4


class Asks(Protocol):
    """Whoever speaks to the bus for us: `Bus`, or the operators' command of a deployment elsewhere."""

    def ask(self, message: Any, *, request_id: str | None = None, seconds: float | None = None) -> Any:
        """Return the reply. Raises ServiceError, Unavailable."""


@dataclass(frozen=True)
class Stage:
    """Everything a sale needs besides its people."""

    bus: Asks
    base_url: str
    office: str
    face_python: Path | None
    var: Path
    root: Path
    chosen: set[str] = field(default_factory=set)  # the titles of casts before: their owners have accounts by now

    @cached_property
    def catalogue(self) -> Catalogue:
        """What the deployment offers; read once for all its people."""
        return Client(self.base_url).catalogue

    def client(self, address: str = "") -> Client:
        """A phone, or a desk at the office."""
        return Client(self.base_url, address=address, known=self.catalogue)

    def seed(self) -> int:
        """200 titles, the same each time; returns how many the register holds."""
        return int(self.ask(SeedTitles(city=CITY, count=TITLES, seed=SEED), seconds=60.0).total)

    def ask(self, message: Any, *, seconds: float | None = None) -> Any:
        """Ask over the bus, again with the same request id while nobody answers. Raises TimeoutError, ServiceError."""
        request_id = uuid.uuid4().hex

        def attempt() -> Any:
            try:
                return self.bus.ask(message, request_id=request_id, seconds=seconds)
            except (Unavailable, OSError):
                return None

        return wait_for(attempt, type(message).__name__)

    def cast(self, *, with_face: bool = True, every_way: bool = False) -> Cast:
        """People for one sale: sellers own a seeded title that no live case holds; buyers are new.

        With a face the seller opens the case by it, everybody else goes to the counter. `every_way`: face, bank card and
        counter are all used, and one of them signs in by password.
        """
        title = self._title()
        dice = random.Random(secrets.token_bytes(16))  # noqa: S311 - invented people
        operator = Operator(self.client(), *self._staff("OPERATOR"))
        clerk = Staff(self.client(), *self._staff("COUNTER_CLERK"))
        reviewer = Staff(self.client(), *self._staff("REVIEWER"))
        for one in (operator, clerk, reviewer):
            one.sign_in()
        face = self._face() if with_face else None
        first, second = title.owners[:2]
        buyers = (_invented(dice), _invented(dice))

        def citizen(name: str, id_number: str, flat: int, face: Face | None = None) -> Citizen:
            mobile = f"1{dice.choice('3456789')}{dice.randrange(10**8, 10**9)}"
            address = f"湖北省黄石市下陆区测试路{dice.randint(1, 199)}号{flat}室"
            phone = self.client(_address(dice))
            return Citizen(phone, operator, name, id_number, mobile, address, face=face)

        cast = Cast(
            seller=citizen(str(first.name), str(first.id_number), 101, face),
            seller_co_owner=citizen(str(second.name), str(second.id_number), 101),
            buyer=citizen(*buyers[0], 202),
            buyer_co_owner=citizen(*buyers[1], 202),
            operator=operator,
            clerk=clerk,
            reviewer=reviewer,
            anyone=self.client(),
            certificate_no=str(title.certificate_no),
        )
        if face is not None:
            cast.seller.ways = {"OPEN_CASE": "FACE"}
        if every_way:
            self._choose_ways(cast, dice)
        return cast

    def _choose_ways(self, cast: Cast, dice: random.Random) -> None:
        if cast.seller.face is not None:
            cast.seller.ways = {"OPEN_CASE": "FACE", "SIGN": "FACE"}
        cast.seller_co_owner.password = secrets.token_urlsafe(12)
        cast.buyer.ways = {"JOIN_CASE": "BANK_CARD"}
        cast.buyer_co_owner.ways = {"SIGN": "BANK_CARD"}
        for one in (cast.buyer, cast.buyer_co_owner):
            stem = f"622202{dice.randrange(10**12):012d}"
            one.card_number = stem + luhn.calc_check_digit(stem)
            card = AddBankCard(
                name=PersonName(one.name),
                id_number=IdNumber(one.id_number),
                card_number=one.card_number,
                mobile=Mobile(one.mobile),
            )
            self.ask(card)

    def _title(self) -> SeededTitle:
        found = self.ask(ListSeededTitles(city=CITY, owners=2, limit=100)).titles
        adults = [
            one
            for one in found
            if one.title_id not in self.chosen
            and all(owner.id_number.age_on(dt.datetime.now(dt.UTC).date()) >= 18 for owner in one.owners)
        ]
        title: SeededTitle = secrets.choice(adults)
        self.chosen.add(title.title_id)
        return title

    def _staff(self, role: str) -> tuple[str, str, str]:
        login, password, totp = (
            f"{role.lower()}-{secrets.token_hex(4)}",
            secrets.token_urlsafe(18),
            pyotp.random_base32(),
        )
        self.ask(AddStaff(login=login, password=password, totp_secret=totp, roles=(role,), office=self.office))
        return login, password, totp

    def _face(self) -> Face | None:
        if self.face_python is None or not self.face_python.exists():
            return None
        return draw(self.face_python, self.var / "demo" / "faces", TAKES, self.root)


def _address(dice: random.Random) -> str:
    """An address of a mobile network: limits count per address, and these people do not share one."""
    return f"100.{dice.randint(64, 127)}.{dice.randrange(256)}.{dice.randint(1, 254)}"


def _invented(dice: random.Random) -> tuple[str, str]:
    """A name and a well-formed ID number of nobody: the region code is not in use."""
    name = dice.choice(SURNAMES) + "".join(dice.sample(GIVEN, 2))
    born = dt.date(1965, 1, 1) + dt.timedelta(days=dice.randrange(12000))
    body = f"429900{born:%Y%m%d}{dice.randrange(1000):03d}"
    return name, str(IdNumber(body + ric.calc_check_digit(body + "0")))
