"""Staff accounts, passwords, signing in and out, and sites."""
