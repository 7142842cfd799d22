"""Trying a schedule with invented clients: what they do by chance, what they earn by the engine, and what it costs.

`assumptions` says how likely what is, `clients` invents clients and lets the engine pay each of them, `trial` sums up
what they cost, and `observed` works the chances out from real visits. There is no second, faster way to pay: what is
shown here is what the engine would owe.
"""
