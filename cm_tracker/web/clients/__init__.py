"""Clients and their enrollments."""
