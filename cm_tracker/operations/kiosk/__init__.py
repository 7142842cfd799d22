"""Opening, prolonging and closing a client's card at the kiosk."""
