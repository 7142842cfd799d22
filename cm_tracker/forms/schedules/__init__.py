"""Forms for schedules: the editor of a document, publishing and retiring."""
