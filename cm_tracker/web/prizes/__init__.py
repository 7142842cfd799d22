"""Pages of the catalog, offers, redemptions, draws, trades and counts."""
