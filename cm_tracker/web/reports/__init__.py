"""Pages with the numbers of the program: the lead's first page, the caseloads of counselors, and the reports."""
