"""Forms for clients and their enrollments."""
