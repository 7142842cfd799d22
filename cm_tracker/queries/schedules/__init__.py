"""Schedules, their versions and drafts, and the presets."""
