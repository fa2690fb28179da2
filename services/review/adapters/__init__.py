"""PostgreSQL, the neighbours and the city profiles behind the ports of review."""
