"""Adding, changing and enrolling clients."""
