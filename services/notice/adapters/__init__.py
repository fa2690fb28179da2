"""PostgreSQL, the neighbours and the providers behind the ports of notice."""
