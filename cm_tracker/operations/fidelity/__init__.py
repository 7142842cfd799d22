"""What is recorded about how well the program is delivered."""
