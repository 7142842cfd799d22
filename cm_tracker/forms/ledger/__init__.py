"""Forms of the ledger and of adjustments."""
