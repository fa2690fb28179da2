"""The use cases of the review, one a file."""
