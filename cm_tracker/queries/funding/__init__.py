"""Reading where the money for rewards comes from, what was awarded of it, and what is owed."""
