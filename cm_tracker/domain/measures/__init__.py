"""What a program measures of its own work: each measure a function over frozen values, with its source."""
