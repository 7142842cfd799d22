"""Schedules: the document, its check, the engine that replays visits through it, and ceilings."""
