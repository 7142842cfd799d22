"""Schedules: the document and its check, the engine that works out what visits earn, and money ceilings."""
