"""Decisions of the kiosk: the codes that pair a tablet, and how many tries stand before a wait."""
