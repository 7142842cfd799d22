"""Staff and sites: roles, what a PIN and a password must look like, time zones, and the settings of a site."""
