"""The one-machine stack: private servers and every Guohu process under one supervisor, on loopback only."""
