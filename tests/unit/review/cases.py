"""A case and its title as the neighbours would show them: in order, unless a test changes something."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from services.common.messages.contract import (
    CaseView,
    DocumentView,
    MaterialFileView,
    Materials,
    MaterialView,
    PartyView,
    Side,
    Terms,
)
from services.common.messages.property import House, Owner, Title
from services.common.values import CaseNo, CertificateNo, Money, PersonId, PersonName
from tests.unit.gateway.samples import id_number

SELLER_ID = PersonId("p-" + "s" * 26)
BUYER_ID = PersonId("p-" + "t" * 26)
CERTIFICATE = "鄂（2023）黄石市不动产权第0000001号"
PLACE = "黄石市下陆区团城山街道1栋101"


def party_view(person: PersonId, side: Side) -> PartyView:
    return PartyView(
        person_id=person,
        side=side,
        is_main=True,
        name="王*",
        id_number="4202**********0014",
        mobile="138****0000",
        address="黄石***",
        marital="",
        share="",
        must_confirm=True,
        confirmed_at=None,
        is_viewer=False,
    )


def terms() -> Terms:
    return Terms(
        total_price=Money(Decimal("1286000.00")),
        deposit=Money(Decimal("86000.00")),
        payment_method="ONE_OFF",
        instalments=(),
        transfer_apply_by=dt.date(2027, 1, 20),
        delivery_date=dt.date(2027, 2, 4),
        delivery_condition="腾空交付",
        late_penalty_per_10k=Decimal(3),
        dispute_mode="COURT",
        arbitration_body="",
        extra_terms="",
    )


def case_view() -> CaseView:
    return CaseView(
        case_no=CaseNo("huangshi", "2026112200001"),
        state="REVIEWING",
        revision=9,
        version=1,
        title_id="t1",
        location=PLACE,
        certificate_no=str(CertificateNo(CERTIFICATE)),
        building_area=Decimal("98.50"),
        parties=(party_view(SELLER_ID, Side.SELLER), party_view(BUYER_ID, Side.BUYER)),
        terms=terms(),
        steps=(),
        allowed_acts=(),
        barred_acts=(),
        missing=(),
        history=(),
        filing_no="",
        return_items=(),
        documents=(DocumentView(kind="sale_contract", status="SIGNED", sha256="ab" * 32, pages=6, signatures=2),),
    )


def title() -> Title:
    return Title(
        title_id="t1",
        city="huangshi",
        ownership_mode="SOLE",
        owners=(Owner(person_id=SELLER_ID, name=PersonName("王一"), id_number=id_number(1), share=""),),
        house=House(
            certificate_no=CertificateNo(CERTIFICATE),
            unit_no=None,
            location=PLACE,
            building_area=Decimal("98.50"),
            use="住宅",
            nature="市场化商品房",
            structure="钢混",
            floor=1,
            total_floors=6,
            year_built=2010,
            land_obtained="出让",
            land_use="城镇住宅用地",
            land_term_end=None,
        ),
        mortgaged=False,
        leased=False,
        habitation_right=False,
        barred_by=(),
    )


def materials(sha256: str = "aa" * 32) -> Materials:
    file = MaterialFileView(
        file_id="f1",
        kind="ID_CARD",
        version=1,
        media_type="image/jpeg",
        size=1000,
        pages=1,
        sha256=sha256,
        uploaded_at=dt.datetime(2026, 11, 22, 1, tzinfo=dt.UTC),
    )
    row = MaterialView(
        person_id=SELLER_ID,
        material_id="id_card",
        name="身份证",
        any_of=("ID_CARD",),
        required=True,
        status="DONE",
        may_upload=False,
        files=(file,),
    )
    return Materials(case_no=CaseNo("huangshi", "2026112200001"), version=1, materials=(row,))
