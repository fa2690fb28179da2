"""`python -m gateway serve`."""

from services.common.kit.runner import main

main("gateway")
