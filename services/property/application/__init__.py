"""The use cases of the register, one a file."""
