"""Reading the audit trail, and who has looked at which record."""
