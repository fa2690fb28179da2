"""Programs the bus bench starts: services that answer and drivers that ask, each a process of its own."""
