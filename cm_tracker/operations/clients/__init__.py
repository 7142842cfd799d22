"""Opening, changing and enrolling clients."""
