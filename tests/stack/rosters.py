"""What the stacks under test run in the place of services."""

import sys
from pathlib import Path

from deploy.local.processes import Roster, ServiceProcess

HERE = Path(__file__).parent

# Fails loudly when it is run twice against the wrong role, and does nothing when the table is there.
MIGRATION = """
import os, psycopg2
link = psycopg2.connect(os.environ["GUOHU_DATABASE_OWNER_URL"])
with link, link.cursor() as cursor:
    cursor.execute("CREATE TABLE IF NOT EXISTS fact (id bigserial PRIMARY KEY, what text NOT NULL)")
"""


def stub(service: str, role: str, *arguments: str) -> ServiceProcess:
    """A process that answers on its admin port; `stub.py` says what the arguments do."""
    return ServiceProcess(service, role, (sys.executable, str(HERE / "stub.py"), *arguments))


ROSTER = Roster(
    processes=(stub("contract", "serve"), stub("contract", "worker"), stub("gateway", "serve", "hiding")),
    topology=(sys.executable, "-c", "import os; print(os.environ['GUOHU_AMQP_URL'][:7])"),
    migrations=dict.fromkeys(("contract", "signing"), (sys.executable, "-c", MIGRATION)),
)
