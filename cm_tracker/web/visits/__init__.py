"""Pages that record and correct visits."""
