"""kill -9 of every kind of process in every phase of a sale: each run must end in `pushed`, with one effect of everything."""
