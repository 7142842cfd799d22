"""Pages of the numbers of a program."""
