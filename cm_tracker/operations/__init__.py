"""The only place that writes: one file a verb, one transaction each.

An operation locks first, reads after, lets the domain decide, writes, notes the audit trail, seals
what it wrote in the log as its last statement, and commits. Files whose function is not wrapped in
`one_transaction` (`post_transaction`, `seal_records`, `settle_enrollment`, `note_audit`, `save_note`,
`run_once`, `add_record`, `lock_client`, `write_visit`) are the steps that verbs are made of; they run inside a
verb's transaction and never commit.
"""
