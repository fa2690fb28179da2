"""`python -m services.review serve|worker|migrate`."""

from services.common.kit.runner import main

if __name__ == "__main__":
    main("review")
