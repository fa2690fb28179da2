"""Messages to people: what they say, to whom they went, whether they were handed over."""
