"""Copies of the whole clinic in one file, made while it is in use, and the way back.

A backup is a tar file with a manifest, the database, the settings and the keys; on request it is encrypted in the form of
age (https://age-encryption.org). Every file is its owner's alone. `age`, `tar`, `sqlite3` and `pg_restore` open one
without this program.
"""
