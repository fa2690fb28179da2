"""`python -m services.signing serve|worker|migrate`."""

from services.common.kit.runner import main

main("services.signing")
