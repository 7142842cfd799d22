"""The first page, sign-in, accounts and sites."""
