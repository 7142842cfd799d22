"""The catalog, stock, offers, redemptions, draws, trades and counts."""
