"""Forms: the fields of a page, with their types and lengths. The domain decides what the values mean."""
