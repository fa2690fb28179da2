"""PostgreSQL behind the ports of the register."""
