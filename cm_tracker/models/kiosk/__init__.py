"""The tables of the kiosk."""
