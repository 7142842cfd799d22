"""The demonstration clinic, made by the program's own operations."""
