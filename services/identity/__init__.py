"""The identity service: owns people, accounts, staff, consents and identity proofs; decides nothing about a sale."""
