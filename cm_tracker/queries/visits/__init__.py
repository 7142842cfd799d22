"""Visits, and what a correction would change."""
