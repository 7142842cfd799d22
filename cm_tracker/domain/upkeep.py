"""What keeps an installation well: its tasks by name, as the table of what was done has them."""

BACKUP = "backup"
DRILL = "drill"
VERIFY = "verify"
EXPIRY = "expiry"
CHECKPOINT = "checkpoint"
UPGRADE = "upgrade"
TASKS = (BACKUP, DRILL, VERIFY, EXPIRY, CHECKPOINT, UPGRADE)
