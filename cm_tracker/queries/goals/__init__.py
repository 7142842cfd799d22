"""Reading treatment goals, reviews and slips, and what of them is due."""
