"""Titles that exist nowhere: made up for demonstrations and tests, the same again from the same seed."""
