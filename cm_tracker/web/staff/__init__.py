"""Pages of staff: the start page, sign-in, accounts and sites."""
