"""The rules of the program as pure functions and values: no database, no clock, no web.

`schedules` works out what visits earn. `visits` turns evidence into outcomes, and decides about
corrections and imported rows. `ledger` has the arithmetic of accounts, of the hash chain and of
checkpoints. `prizes` has the rules of the catalog, offers, draws, trades and stock. `staff` says who
may do what, what a PIN and a password must look like, and what a site may set. `errors` has a class
for each reason why the program refuses a request.
"""
