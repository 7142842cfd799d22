"""Pages of the clinic's day."""
