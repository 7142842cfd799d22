"""An enrollment from its first day to its end."""
