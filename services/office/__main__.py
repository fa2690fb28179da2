"""`python -m services.office serve`."""

from services.common.kit.runner import main

if __name__ == "__main__":
    main("office")
