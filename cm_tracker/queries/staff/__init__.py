"""Accounts, sessions and sites."""
