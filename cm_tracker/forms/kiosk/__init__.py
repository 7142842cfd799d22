"""The forms of the kiosk."""
