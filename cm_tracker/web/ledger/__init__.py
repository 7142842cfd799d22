"""Pages of the ledger, its verification and adjustments."""
