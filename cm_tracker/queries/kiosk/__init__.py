"""Reading what the kiosk shows."""
