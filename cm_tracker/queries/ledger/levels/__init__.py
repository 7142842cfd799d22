"""The four levels at which the ledger is verified; `queries.ledger.verify` runs them."""
