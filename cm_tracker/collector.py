"""Python's garbage collector, as a process that serves pages needs it.

As Python sets it, it goes again and again through all objects, among them the 370,000 that live as long as the process:
some pages waited a quarter of a second for that, and a fifth of the processor time went into it (`bench/cost.py`).
"""

import gc

# How many objects more than before are there when the newest are looked at; after how many of these times the older ones
# are, too; and after how many of those all. What a page leaves behind is some hundred objects, so few megabytes wait.
THRESHOLDS = (10_000, 20, 20)


def leave_what_stays() -> None:
    """Let the collector look only at what is made from now on, and less often. Call it once the application is made."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
