"""`python -m services.notice serve|migrate`."""

from services.common.kit.runner import main

if __name__ == "__main__":
    main("notice")
