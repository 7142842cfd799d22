"""Accounts and the hash chain, checkpoints, adjustments and expiry."""
