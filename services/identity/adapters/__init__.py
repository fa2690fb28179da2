"""What identity talks to through technology: tables, providers of proofs, codes and messages."""
