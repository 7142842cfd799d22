"""Transactions, adjustments, expiry, checkpoints and the verification of the whole ledger."""
