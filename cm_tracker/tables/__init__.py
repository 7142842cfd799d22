"""Tables that people send as files: CSV text and workbooks, read row by row, and the rows that were refused."""
