"""Writing the clinic's week: services, the calendar and plans."""
