"""Reading the clinic's week: services, plans and the calendar, and who is expected on a day."""
