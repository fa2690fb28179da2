"""Plumbing without a domain noun. Pure: errors settings wire actors tracing logs. Bus: everything else here."""
