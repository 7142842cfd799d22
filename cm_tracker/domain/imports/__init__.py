"""Files that people import: how one is read, and what a run over it found."""
