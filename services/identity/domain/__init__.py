"""The pure rules of identity: no bus, no database, no native library."""
