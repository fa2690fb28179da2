"""The title register: titles, owners, encumbrances, and the filings pushed to it."""
