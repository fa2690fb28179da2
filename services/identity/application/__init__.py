"""The use cases of identity, one a file. They know ports, never the bus, the database or a native library."""
