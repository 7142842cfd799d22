"""The only place that reads for pages: one file a room, frozen values out, sites scoped in the query.

`enrollments` and `ledger_verify` also serve operations and commands.
"""
