"""站内消息: what a person is told in the app; and the way in for the carriers' receipts."""

from __future__ import annotations

from gateway.exchange import Exchange, Reply
from gateway.problems import HttpError
from gateway.routing import JSON, KIB, route
from gateway.schemas.messages import MessagesQuery, MessagesReply, ReadReply, ReceiptsReply
from services.common.messages import notice

REPORT = 256 * KIB
RECEIPTS = "/v1/message-receipts"
SIGNED = ("X-Key-Id", "X-Timestamp", "X-Nonce", "X-Signature")
LONGEST_HEADER = 200


@route("GET", "/v1/messages", actor="person", query=MessagesQuery, reply=MessagesReply)
def list_own_messages(exchange: Exchange, query: MessagesQuery) -> Reply:
    """List what one was told, the newest first."""
    return Reply(MessagesReply.of(exchange.ask(query.message()), exchange.language))


@route("POST", "/v1/messages/read", actor="person", reply=ReadReply)
def mark_all_messages_read(exchange: Exchange) -> Reply:
    """Mark all of one's messages as read."""
    return Reply(ReadReply.of(exchange.order(notice.MarkMessagesRead(message_id=""))))


@route("POST", "/v1/messages/{message}/read", actor="person", reply=ReadReply)
def mark_message_read(exchange: Exchange) -> Reply:
    """Mark one message as read."""
    return Reply(ReadReply.of(exchange.order(notice.MarkMessagesRead(message_id=exchange.parts["message"]))))


@route("POST", RECEIPTS, actor="anyone", media=JSON, headers=SIGNED, reply=ReceiptsReply, max_body=REPORT)
def take_receipts(exchange: Exchange) -> Reply:
    """Take a carrier's signed report of what became of messages."""
    key_id, timestamp, nonce, signature = (exchange.headers.get(one, "")[:LONGEST_HEADER] for one in SIGNED)
    try:
        body = exchange.raw_body.decode("utf-8")
    except UnicodeDecodeError as wrong:
        raise HttpError(400, "http.not_json") from wrong
    report = notice.SignedReport(
        path=RECEIPTS, body=body, key_id=key_id, timestamp=timestamp, nonce=nonce, signature=signature
    )
    return Reply(ReceiptsReply.of(exchange.order(notice.TakeReceipts(report=report))))
