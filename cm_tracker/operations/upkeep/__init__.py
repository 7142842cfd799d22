"""Noting what was done to keep the installation well."""
