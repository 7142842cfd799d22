"""What an attacker, a full disk or a lost database can do, and what they cannot."""
