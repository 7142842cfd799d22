"""Sources of money for rewards: their years and limits, what counts, taxes, and a forecast."""
