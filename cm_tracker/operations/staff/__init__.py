"""Accounts, passwords, sign-in and sites."""
