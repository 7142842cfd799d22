"""Forms of treatment goals, reviews, and slips of community meetings."""
