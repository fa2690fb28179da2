"""Pure rules of the contract service: no bus, no database, no file, no clock."""
