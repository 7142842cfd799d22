"""Accounts, settlements, the kinds of transactions, the hash chain, checkpoints, adjustments and expiry."""
