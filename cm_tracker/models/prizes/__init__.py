"""Tables of prizes, stock, redemptions, draws, trades and counts."""
