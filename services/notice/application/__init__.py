"""The use cases of notice, one a file."""
