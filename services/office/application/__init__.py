"""The use cases of office, one a file."""
