"""Pages of the audit trail, and of who has looked at which record."""
