"""The demonstration clinic. The program's own operations make it."""
