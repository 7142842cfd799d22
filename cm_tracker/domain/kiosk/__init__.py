"""Decisions of the kiosk: the codes that pair a tablet, how many tries stand before a wait, and a client's path."""
