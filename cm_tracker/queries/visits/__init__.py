"""Visits, and previews of what a new visit or a correction changes."""
