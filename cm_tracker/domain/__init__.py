"""Decisions, and nothing else: no database, no clock, no web.

`schedules` is a schedule document as values, `schedule_check` tells everything that is wrong with
one, `engine` replays visits through it under the `ceilings`, `rehearsal` does so without a client.
`evidence` turns what staff saw into one of the `outcomes`, `importing` does that with another
program's rows. `ledger` is the arithmetic of accounts and of the hash chain. `roles` says who may do
what, `pins` and `prizes` what a PIN and a prize may be, `documents` reads JSON that people wrote, and
`errors` are the laws that can be broken.
"""
