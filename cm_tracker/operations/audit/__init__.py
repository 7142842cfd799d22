"""Operations on the audit trail itself."""
