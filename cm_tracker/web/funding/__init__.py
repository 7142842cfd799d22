"""Pages of the money: sources, limits, what is owed, and the list of a tax year."""
