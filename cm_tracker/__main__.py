"""`python -m cm_tracker` does what `cm-tracker` does."""

from cm_tracker.cli.program import main

if __name__ == "__main__":
    main()
