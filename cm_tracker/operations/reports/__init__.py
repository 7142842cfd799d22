"""Saved reports: a lead saves one, changes it, or removes it."""
