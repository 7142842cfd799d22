"""Opening, extending and closing a client's card at the kiosk."""
