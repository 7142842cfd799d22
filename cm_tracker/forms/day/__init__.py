"""Forms of the clinic's week."""
