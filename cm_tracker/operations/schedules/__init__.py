"""Saving a draft of a schedule, discarding it, and publishing it as a version."""
