"""Tables of the ledger: accounts, transactions, the log, checkpoints and adjustments."""
