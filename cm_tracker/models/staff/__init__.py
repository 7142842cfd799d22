"""Tables of accounts and sites."""
