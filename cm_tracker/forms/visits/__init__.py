"""Forms that record and correct visits."""
