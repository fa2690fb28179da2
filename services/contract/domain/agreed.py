"""Makes the printed form of what the parties agree: payment, supervision, breach, dispute, certificates, attachments.

Part of `drafted`. Decides which attachments every contract names; leaves the wording of clauses to templates.
"""

from __future__ import annotations

from services.common.messages.contract import BankAccount, Holding, Terms
from services.contract.domain import document as printed
from services.contract.domain import document_kinds as kinds
from services.contract.domain.form.choices import ARBITRATION, INSTALMENTS

_KEPT_DIGITS = 4
_IDENTITY, _MARRIAGE, _TITLE = "当事人身份证明", "婚姻状况证明", "不动产权属证书"
"""What every sale is made with (field 46)."""
_ENTERPRISE = "营业执照和法定代表人身份证明"
"""What an enterprise brings instead of a marriage proof (decision 9); the people on the other side bring theirs."""
_TENANT_WAIVER = "承租人放弃优先购买权声明"
_SUPERVISION = "交易资金监管协议"
_METHODS = {INSTALMENTS: kinds.PaymentMethod.INSTALMENT}


def payment(terms: Terms, *, hidden: bool) -> printed.Payment:
    """Return method, deposit, payments, loan and the seller's account, the last masked where `hidden`."""
    method = terms.payment_method
    return printed.Payment(
        method=_METHODS[method] if method in _METHODS else kinds.PaymentMethod(method),
        deposit=terms.deposit.amount or None,
        schedule=tuple(
            printed.Instalment(amount=one.amount.amount, condition=one.condition, due=one.due)
            for one in terms.instalments
        ),
        loan=_loan(terms),
        account=account(terms.seller_account, hidden=hidden),
    )


def account(typed: BankAccount | None, *, hidden: bool) -> printed.Account | None:
    """Return an account; where `hidden`, holder and all but the last digits are stars."""
    if typed is None:
        return None
    if hidden:
        number = "*" * (len(typed.number) - _KEPT_DIGITS) + typed.number[-_KEPT_DIGITS:]
        return printed.Account(typed.holder[:1] + "*" * (len(typed.holder) - 1), typed.bank, number)
    return printed.Account(typed.holder, typed.bank, typed.number)


def _loan(terms: Terms) -> printed.Loan | None:
    loan = terms.loan
    if loan is None:
        return None
    provident = loan.provident_amount.amount if loan.provident_amount else None
    return printed.Loan(loan.amount.amount, loan.bank, kinds.LoanFailure(loan.on_failure), provident)


def supervision(terms: Terms) -> printed.FundSupervision | None:
    """Return the supervised sum, None where the parties agreed on none."""
    watched = terms.supervision if terms.fund_supervised else None
    if watched is None:
        return None
    return printed.FundSupervision(watched.amount.amount, watched.supervisor, watched.account_number or None)


def household(terms: Terms) -> printed.HouseholdRegistration | None:
    """Return by when those registered at the house move out; None where nobody is."""
    if not terms.household_registered or terms.household_move_by is None:
        return None
    penalty = terms.household_penalty.amount if terms.household_penalty else None
    return printed.HouseholdRegistration(move_by=terms.household_move_by, penalty_per_day=penalty)


def breach(terms: Terms) -> printed.Breach:
    """Return the penalties; handing over late costs what paying late does unless said otherwise."""
    late, penalty = terms.late_delivery_per_10k, terms.fundamental_penalty
    return printed.Breach(
        late_payment=terms.late_penalty_per_10k,
        late_delivery=terms.late_penalty_per_10k if late is None else late,
        fundamental=penalty.amount if penalty else None,
    )


def dispute(terms: Terms) -> printed.Dispute:
    """Return the dispute clause."""
    if terms.dispute_mode == ARBITRATION:
        return printed.Dispute(mode=kinds.DisputeMode.ARBITRATION, commission=terms.arbitration_body)
    return printed.Dispute(mode=kinds.DisputeMode.COURT)


def certificates(holding: Holding | None) -> printed.Certificates | None:
    """Return how several buyers hold their certificate, where they said so."""
    if holding is None or not holding.certificate_mode:
        return None
    return printed.Certificates(kinds.CertificateMode(holding.certificate_mode), holding.certificate_holder or None)


def attachments(terms: Terms, *, by_enterprise: bool = False) -> tuple[str, ...]:
    """Return what every contract is made with, what follows from the terms, what was typed."""
    always = (_IDENTITY, *((_ENTERPRISE,) if by_enterprise else ()), _MARRIAGE, _TITLE)
    waiver = (_TENANT_WAIVER,) if terms.leased and terms.tenant_waived else ()
    watched = (_SUPERVISION,) if terms.fund_supervised else ()
    return tuple(dict.fromkeys((*always, *waiver, *watched, *terms.attachments)))
