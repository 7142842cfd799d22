"""The kiosk: the sign-in, the card and what a client does there."""
