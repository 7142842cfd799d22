"""Prizes: the catalog, offers, stock and counts, prize draws, and trading up."""
