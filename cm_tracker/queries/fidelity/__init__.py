"""What is on record about how well the program is delivered."""
