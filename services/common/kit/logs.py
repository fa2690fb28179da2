"""JSON log lines. Only allow-listed fields are written, so that a careless `extra` cannot leak a name or a number."""

from __future__ import annotations

import datetime as dt
import json
import logging
import sys

ALLOWED = [
    "code",
    "kind",
    "case_no",
    "person_id",
    "event_id",
    "event",
    "handler_id",
    "request_id",
    "correlation_id",
    "attempt",
    "seconds",
    "state",
    "count",
    "job",
    "reason",
    "path",
    "method",
    "status",
    "queue",
    "port",
    "error_type",
]


class JsonLines(logging.Formatter):
    """One object a line: time, level, service, process, message, and what of `extra` is allowed."""

    def __init__(self, service: str, process: str) -> None:
        super().__init__()
        self.service = service
        self.process = process

    def format(self, record: logging.LogRecord) -> str:
        """Return the line. Of an exception only type and place are told: its text may hold what somebody typed."""
        line: dict[str, object] = {
            "at": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "service": self.service,
            "process": self.process,
            "logger": record.name,
            "message": record.msg if record.name.startswith(("services", "gateway", "deploy")) else record.name,
        }
        line.update({name: getattr(record, name) for name in ALLOWED if hasattr(record, name)})
        if record.exc_info and record.exc_info[0]:
            line["error_type"] = record.exc_info[0].__name__
            line["place"] = self._place(record)
        return json.dumps(line, ensure_ascii=False, default=str)

    @staticmethod
    def _place(record: logging.LogRecord) -> list[str]:
        trace = record.exc_info[2] if record.exc_info else None
        places = []
        while trace is not None:
            code = trace.tb_frame.f_code
            places.append(f"{code.co_filename.rsplit('/', 3)[-3:]}:{trace.tb_lineno}:{code.co_name}")
            trace = trace.tb_next
        return places[-6:]


def configure(service: str, process: str, level: str = "INFO") -> None:
    """Send everything to stdout as JSON; third-party loggers only from WARNING on and without their texts."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonLines(service, process))
    logging.root.handlers[:] = [handler]
    logging.root.setLevel(logging.WARNING)
    for name in ("services", "gateway", "deploy"):
        logging.getLogger(name).setLevel(level)
