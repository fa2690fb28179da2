"""Looks into uploaded files in an engine process: what they are, whether they are whole and harmless, and a clean copy."""
