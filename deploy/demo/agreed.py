"""What the demo's parties agree: the whole form of a sale by instalments, with every part that fits one."""

from __future__ import annotations

import datetime as dt
from typing import Any

from deploy.demo.people import Citizen

SHANGHAI = dt.timezone(dt.timedelta(hours=8))


def today() -> dt.date:
    """The day at the office."""
    return dt.datetime.now(SHANGHAI).date()


def agreed_terms(seller: Citizen) -> dict[str, Any]:
    """买卖及交付, 争议解决. Deposit and instalments make the price to the cent; the instalments are supervised."""
    later = today() + dt.timedelta(days=60)
    return {
        **_price(later),
        **_delivery(later),
        **_closing(),
        "seller_account": _account(seller, "6222020000000000018"),
    }


def agreed_holding(buyer: Citizen) -> dict[str, Any]:
    """How the buyers will hold the title, and where money goes back to."""
    return {
        "ownership_mode": "JOINT",
        "certificate_mode": "ONE",
        "certificate_holder": buyer.name,
        "account": _account(buyer, "6222020000000000026"),
    }


def _account(holder: Citizen, number: str) -> dict[str, str]:
    return {"holder": holder.name, "bank": "测试银行黄石下陆支行", "number": number}


def _price(later: dt.date) -> dict[str, Any]:
    first = {
        "amount": "600000.00",
        "due": str(today() + dt.timedelta(days=20)),
        "condition": "网签备案完成后三日内支付首期房款",
    }
    return {
        "total_price": "1286000.00",
        "deposit": "86000.00",
        "payment_method": "INSTALMENTS",
        "instalments": [
            first,
            {"amount": "600000.00", "due": str(later), "condition": "转移登记受理当日支付剩余房款"},
        ],
        "price_includes": [{"name": "室内装修", "amount": "60000.00"}, {"name": "储藏室一间"}],
        "fund_supervised": True,
        "supervision": {
            "amount": "1200000.00",
            "supervisor": "黄石市存量房交易资金监管机构",
            "account_number": "6222020000000000034",
        },
        "taxes": [
            {"tax": "DEED_TAX", "bearer": "BUYER"},
            {"tax": "VAT_AND_SURCHARGES", "bearer": "BY_LAW"},
            {"tax": "INCOME_TAX", "bearer": "SELLER"},
            {"tax": "REGISTRATION_FEE", "bearer": "BUYER"},
        ],
    }


def _delivery(later: dt.date) -> dict[str, Any]:
    return {
        "transfer_apply_by": str(later),
        "delivery_date": str(later + dt.timedelta(days=15)),
        "delivery_condition": "腾空交付，水、电、燃气、物业费结清",
        "meters": "水、电、燃气以交付当日读数结算",
        "fees_cleared": True,
        "leased": False,
        "household_registered": True,
        "household_move_by": str(later + dt.timedelta(days=30)),
        "household_penalty": "200.00",
    }


def _closing() -> dict[str, Any]:
    return {
        "late_penalty_per_10k": "3",
        "late_delivery_per_10k": "3",
        "fundamental_penalty": "128600.00",
        "dispute_mode": "COURT",
        "arbitration_body": "",
        "revoke_terms": "合同解除后三日内双方共同申请注销网签备案。",
        "extra_terms": "随房屋一并转让：客厅空调两台、整体橱柜一套。",
        "attachments": ["家具家电清单"],
        "copies": 4,
    }
