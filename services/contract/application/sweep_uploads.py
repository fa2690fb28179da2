"""Deletes what uploads left behind: files nobody took, bytes of removed files, files of people who left the case."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from services.common.kit.calls import Call
from services.contract.application.ports import DueDrops, Now, UploadStore, Works

BATCH = 200
FORGOTTEN = dt.timedelta(hours=1)
"""An upload is answered within half a minute; who repeats it later sends it again."""
QUIET = dt.timedelta(days=1)
"""How long a case is left alone after a change before files of people who left it go: a mistyped number is mended sooner."""


@dataclass(frozen=True)
class UploadSweep:
    """Run now and then by the worker; twice at once is harmless, since deleting nothing is no error."""

    works: Works
    drops: DueDrops
    store: UploadStore
    now: Now

    def __call__(self, call: Call) -> int:
        """Delete what is due, at most `BATCH` of each; return how many. Raises Unavailable."""
        now = self.now()
        forgotten = self.store.forgotten(now - FORGOTTEN, BATCH)
        for upload_id in forgotten:
            self.store.discard(upload_id)
        with self.works(call) as work:
            if work.materials.remove_strays(now, now - QUIET, BATCH):
                work.commit()
        due = self.drops.due(now, BATCH)
        for key in due:
            self.store.drop(key)
            with self.works(call) as work:
                work.materials.dropped(key)
                work.commit()
        return len(forgotten) + len(due)
