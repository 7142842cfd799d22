"""Accounts and sites."""
