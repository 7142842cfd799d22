"""The clinic's week and its days: services, plans, closures, who is expected when, and what became of it."""
