"""A small service that keeps counters: the kit's promises are broken on it, not on the real ones."""
