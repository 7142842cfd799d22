"""Writing the sources of money, their limits, and which one pays for an enrollment."""
