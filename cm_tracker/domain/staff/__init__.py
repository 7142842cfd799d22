"""Roles, and what a PIN, a password or a code must look like."""
