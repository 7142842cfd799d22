"""Forms of the catalog, offers, draws and counts."""
