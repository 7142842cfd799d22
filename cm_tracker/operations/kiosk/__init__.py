"""What happens at the kiosk: tablets are paired and revoked, cards are opened and closed, and a first PIN is chosen."""
