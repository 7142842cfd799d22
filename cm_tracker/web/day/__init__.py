"""Pages of the clinic's week and day."""
