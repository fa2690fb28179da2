"""Rules of signing: pure, no clock, no database, no PDF library."""
