"""`python -m tests.support.probe serve|worker|migrate`."""

from services.common.kit.runner import main

main("tests.support.probe")
