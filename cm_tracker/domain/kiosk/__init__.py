"""Decisions of the kiosk: codes that pair a tablet, tries before a wait, a client's path, and how a page looks."""
