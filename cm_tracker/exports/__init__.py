"""Lists that leave the program: each declares its columns once, and is sent as CSV, as XLSX and to print from there.

`export` says what a list is, the other modules declare the lists of their area, and `registry` has all of them. Pages
and commands ask there. How to add one: `docs/recipes/list-with-csv.md`.
"""
