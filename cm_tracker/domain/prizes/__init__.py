"""What a prize may be, offers, counts, draws, the shelf and trading up."""
