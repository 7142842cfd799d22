"""What several operations share. A step runs in its caller's transaction and commits nothing."""
