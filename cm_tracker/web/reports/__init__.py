"""Pages with the numbers of the program: the lead's first page, and the caseloads of counselors."""
