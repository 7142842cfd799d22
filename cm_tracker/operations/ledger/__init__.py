"""Adjustments, expiry, verifications and checkpoints."""
