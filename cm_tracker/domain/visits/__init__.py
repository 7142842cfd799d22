"""From what staff saw to an outcome, corrections, and the rows of an import."""
