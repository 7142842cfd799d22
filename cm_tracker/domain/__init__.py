"""Decisions, and nothing else: no database, no clock, no web.

`schedules` is a schedule document as values, `schedule_check` tells everything that is wrong with
one, `engine` replays visits through it, `explaining` says why in a form that any language can
speak. `evidence` turns what staff saw into an outcome, `ledger` is the arithmetic of accounts and of
the hash chain, `roles` says who may do what, `errors` are the laws that can be broken.
"""
