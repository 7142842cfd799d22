"""Operations: the only code that writes to the database. One module is one use case, and one transaction.

An operation is a function wrapped in `one_transaction`. It locks the rows that it decides about, reads them, lets the
domain decide, writes, adds a line to the audit trail, and seals its new records in the log. Then `one_transaction`
commits; if the operation raised, it rolls everything back. What is slow, such as hashing a password, is done before the
transaction starts, so that nobody waits for its locks: then the public function calls a wrapped private one.

An operation never calls another operation. What several of them need is a step in `steps/`. A step runs in its caller's
transaction and never commits.
"""
