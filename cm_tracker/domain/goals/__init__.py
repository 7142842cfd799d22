"""Treatment goals, reviews, and slips of community meetings: what can be said of each, and what follows."""
