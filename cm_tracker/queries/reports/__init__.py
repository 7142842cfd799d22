"""The numbers of a program: the facts of a period, and the reports made from them."""
