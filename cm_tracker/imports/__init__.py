"""Imports of other programs' files: one run over a file, for the command line and for the browser."""
