"""The office's review: queue, claims, decisions, filing numbers, and the push of filings to the register."""
