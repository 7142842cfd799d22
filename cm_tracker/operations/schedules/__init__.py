"""Writing schedules: keep a draft, discard it, publish it as a version."""
