"""The contract service: owns the case (业务件), its terms and parties, and draws the documents people sign."""
