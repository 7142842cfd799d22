"""What is noted of those who look at records: by which page, from where, and why a name was opened."""
