"""What the contract service uses of the world outside: database, drawing of documents, stored files."""
