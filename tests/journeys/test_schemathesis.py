"""A short run of the fuzzer with a fixed seed; the long one is `make fuzz`."""

from __future__ import annotations

import time

import pytest

from deploy.demo.stage import Stage
from gateway.routes import ROUTES
from tests.fuzz.campaign import Campaign
from tests.fuzz.world import world_on

pytestmark = pytest.mark.journey
SEED = 20261122
REQUESTS = 540
MOST_SECONDS = 40.0


def test_no_generated_request_is_answered_in_a_way_the_document_does_not_tell(stage: Stage) -> None:
    callers, things = world_on(stage)
    campaign = Campaign(stage.base_url, callers, things, SEED)

    report = campaign.run(REQUESTS, until=time.monotonic() + MOST_SECONDS)

    assert not report.findings, "\n\n".join(f"{one}" for one in report.findings.values())
    assert report.sent > len([one for one in ROUTES if one.listed])
