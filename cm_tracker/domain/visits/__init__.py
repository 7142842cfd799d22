"""Visits: from evidence to an outcome, the history of an enrollment, corrections, and imported rows."""
