"""Forms of the sources of money, and of who pays for an enrollment."""
