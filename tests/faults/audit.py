"""What must be true after a sale, whatever was killed on the way: everything happened, and happened once.

Decides what counts as one effect of each act. It looks into the databases, since a second case, session, signature or message
would be invisible to the people of the sale. Returns sentences about what is wrong; none means that all is well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from deploy.demo.sale import Sale
from tests.faults.ledger import KEEPERS, Ledger

ACTS = Counter(
    {
        "open": 1,
        "save_sellers": 1,
        "save_terms": 1,
        "join": 1,
        "save_buyers": 1,
        "generate": 1,
        "confirm": 3,
        "start_signing": 1,
        "documents_drawn": 1,
        "envelope_opened": 1,
        "signer_signed": 4,
        "all_signed": 1,
        "submit": 1,
        "claimed": 1,
        "approved": 1,
        "sealed": 1,
        "pushed": 1,
    }
)
"""The history of the straight way; the main seller confirms by starting."""
EVENTS = Counter(
    {
        "contract.case_opened": 1,
        "contract.documents_frozen": 1,
        "contract.documents_ready": 1,
        "contract.case_submitted": 1,
        "signing.envelope_opened": 1,
        "signing.signature_requested": 4,
        "signing.signer_signed": 4,
        "signing.envelope_signed": 1,
        "signing.envelope_sealed": 1,
        "review.claimed": 1,
        "review.approved": 1,
        "review.filing_pushed": 1,
        "property.filing_recorded": 1,
    }
)
"""Facts told of the case, besides `contract.case_advanced`, which is once per state."""
EVIDENCE = Counter(
    {
        "opened": 1,
        "identified": 4,
        "signature_requested": 4,
        "signed": 4,
        "all_signed": 1,
        "sealed": 1,
    }
)
REPEATABLE = frozenset({"link_issued", "document_opened", "link_sent"})
"""True each time: a new link replaces one that was never sent, whoever opens a document again has opened it again, and a link that no
phone confirms goes out on the next channel too."""
TOLD = frozenset({"WAIT_BUYER", "BUYER_DRAFT", "CONFIRMING", "READY_TO_SIGN", "SIGNED", "SUBMITTED", "FILED", "PUSHED"})
ALL_TOLD = TOLD - {"WAIT_BUYER", "BUYER_DRAFT"}
"""What all four hear of; before, the buyers are not all known."""
CODES = 2  # one to register, one to sign in; a bank card asks for one more each time
SIGNERS = 4


def audit(ledger: Ledger, sale: Sale) -> list[str]:
    """Return everything that is missing or double."""
    checks = (_people, _case, _events, _signing, _filing, _messages, _plumbing)
    return [sentence for check in checks for sentence in check(ledger, sale)]


def _differs(what: str, found: Any, wanted: Any) -> Iterator[str]:
    if found != wanted:
        yield f"{what}: {_short(found)} instead of {_short(wanted)}"


def _short(value: Any) -> str:
    return str(dict(sorted(value.items()))) if isinstance(value, Counter) else str(value)


def _people(ledger: Ledger, sale: Sale) -> Iterator[str]:
    people = [ledger.person(one) for one in sale.cast.citizens]
    each = Counter(dict.fromkeys(people, 1))
    accounts = ledger.count("identity", "SELECT person_id FROM accounts WHERE person_id = ANY(%s)", people)
    yield from _differs("accounts", accounts, each)
    sessions = ledger.count("identity", "SELECT subject_id FROM sessions WHERE subject_id = ANY(%s)", people)
    begun = Counter(
        {ledger.person(one): sum(use.startswith("SIGN_IN") for use in one.used) for one in sale.cast.citizens}
    )
    yield from _differs("sessions", sessions, begun)
    checks = ledger.count("identity", "SELECT person_id FROM counter_checks WHERE person_id = ANY(%s)", people)
    yield from _differs("counter checks", checks, Counter(ledger.person(one) for one in sale.cast.at_counter))
    consents = ledger.rows("identity", "SELECT person_id, purpose FROM consents WHERE person_id = ANY(%s)", people)
    yield from _differs("doubled consents", len(consents) - len(set(consents)), 0)
    unspent = ledger.column(
        "identity",
        "SELECT check_id FROM face_checks WHERE person_id = ANY(%s) AND state = 'ACCEPTED' AND proof_id IS NULL",
        people,
    )
    yield from _differs("accepted checks without a proof", len(unspent), 0)


def _case(ledger: Ledger, sale: Sale) -> Iterator[str]:
    cases = ledger.rows("contract", "SELECT case_no, state, holds_house FROM cases WHERE title_id = %s", sale.title_id)
    yield from _differs("cases of the title", cases, [(sale.case["case_no"], "PUSHED", True)])
    acts = ledger.count(
        "contract", 'SELECT act FROM case_history WHERE case_no = %s ORDER BY "position"', sale.case["case_no"]
    )
    yield from _differs("history", acts, ACTS)
    parties = ledger.count("contract", "SELECT person_id FROM case_parties WHERE case_no = %s", sale.case["case_no"])
    yield from _differs("parties", sorted(parties), sorted(ledger.person(one) for one in sale.cast.citizens))


def _events(ledger: Ledger, sale: Sale) -> Iterator[str]:
    told: Counter[str] = Counter()
    for service in KEEPERS:
        statement = "SELECT envelope->>'name' FROM kit_outbox WHERE envelope->>'case_no' = %s"
        told += ledger.count(service, statement, sale.case["case_no"])
    for freely in (
        "contract.case_advanced",
        "operations.staff_acted",
    ):  # the second: each look of the staff is one of its own
        told.pop(freely, None)
    yield from _differs("events", told, EVENTS)


def _signing(ledger: Ledger, sale: Sale) -> Iterator[str]:
    envelopes = ledger.rows(
        "signing", "SELECT envelope_id, state FROM envelopes WHERE case_no = %s", sale.case["case_no"]
    )
    yield from _differs("envelopes", [state for _, state in envelopes], ["SEALED"])
    for envelope_id, _ in envelopes:
        tasks = ledger.rows("signing", "SELECT person_id, state FROM tasks WHERE envelope_id = %s", envelope_id)
        wanted = [(ledger.person(one), "SIGNED") for one in sale.cast.citizens]
        yield from _differs("signer tasks", sorted(tasks), sorted(wanted))
        acts = ledger.count("signing", "SELECT act FROM evidence WHERE envelope_id = %s", envelope_id)
        yield from _differs("evidence", Counter({act: n for act, n in acts.items() if act not in REPEATABLE}), EVIDENCE)
        statement = (
            "SELECT facts->>'task', facts->>'channel' FROM evidence WHERE envelope_id = %s AND act = 'link_sent'"
        )
        handed_over = Counter(ledger.rows("signing", statement, envelope_id))
        yield from _differs("signers with a link", len({task for task, _ in handed_over}), SIGNERS)
        yield from (f"a link went out {n} times on {channel}" for (_, channel), n in handed_over.items() if n > 1)
        # the seal's certificate is the office's own and stays with the envelope it was first used in
        statement = "SELECT c.field FROM certificates c JOIN tasks t USING (envelope_id, field) WHERE envelope_id = %s"
        fields = ledger.count("signing", statement, envelope_id)
        yield from _differs("certificates of signers", sorted(fields.values()), [1] * SIGNERS)
        revisions = ledger.column(
            "signing", "SELECT jsonb_array_length(revisions) FROM documents WHERE envelope_id = %s", envelope_id
        )
        # the text, four signatures, the seal, the revocation data with its time stamp
        yield from _differs("documents", len(revisions), 1)
        yield from (f"only {n} revisions" for n in revisions if n <= SIGNERS + 1)


def _filing(ledger: Ledger, sale: Sale) -> Iterator[str]:
    case_no = sale.case["case_no"]
    reviews = ledger.rows(
        "review", "SELECT review_id, state, filing_no, receipt_no FROM reviews WHERE case_no = %s", case_no
    )
    yield from _differs("reviews", [(one[0], one[1]) for one in reviews], [(sale.review_id, "PUSHED")])
    for review_id, _, filing_no, receipt_no in reviews:
        numbers = ledger.column("review", "SELECT filing_no FROM filings WHERE review_id = %s AND live", review_id)
        yield from _differs("filing numbers", numbers, [filing_no])
        statement = "SELECT filing_no, receipt_no, live FROM filings WHERE case_no = %s OR title_id = %s"
        received = ledger.rows("property", statement, case_no, sale.title_id)
        yield from _differs("filings received by the register", received, [(filing_no, receipt_no, True)])
    holds = ledger.column(
        "property", "SELECT case_no FROM house_holds WHERE title_id = %s AND NOT released", sale.title_id
    )
    yield from _differs("holds on the house", holds, [case_no])


def _messages(ledger: Ledger, sale: Sale) -> Iterator[str]:
    phones = [ledger.phone(one) for one in sale.cast.citizens]
    statement = "SELECT mobile_index, occasion, template, state FROM messages WHERE mobile_index = ANY(%s)"
    sent = ledger.rows("notice", statement, phones)
    yield from _differs("messages not handed over", [one[2] for one in sent if one[3] != "SENT"], [])
    twice = Counter((phone, template) for phone, _, template, _ in sent if template != "sms_code")
    yield from (f"{template} was sent {n} times to one phone" for (_, template), n in twice.items() if n > 1)
    codes = Counter(phone for phone, _, template, _ in sent if template == "sms_code")
    asked = {ledger.phone(one): CODES + list(one.ways.values()).count("BANK_CARD") for one in sale.cast.citizens}
    yield from _differs("codes sent", codes, Counter(asked))
    reached = Counter(template for _, _, template, _ in sent)
    wanted = {f"case_{state.lower()}" for state in ALL_TOLD} | {"invitation"}
    yield from _differs("told to all four", {one for one in wanted if reached[one] != SIGNERS}, set())
    occasions: dict[str, set[str]] = {}
    for _, occasion, template, _ in sent:
        occasions.setdefault(template, set()).add(occasion)
    several = {template for template, found in occasions.items() if len(found) > 1 and template != "sms_code"}
    yield from _differs("told on more than one occasion", several, set())


def _plumbing(ledger: Ledger, sale: Sale) -> Iterator[str]:
    del sale  # of all sales so far
    for service in KEEPERS:
        dead = ledger.column(service, "SELECT handler_id || ' ' || error_code FROM kit_inbox WHERE state = 'dead'")
        yield from (f"{service}: dead event: {one}" for one in dead)
    yield from ledger.unsettled()
