"""Recording, correcting and importing visits."""
