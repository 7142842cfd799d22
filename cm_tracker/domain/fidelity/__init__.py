"""How well the program is delivered: training of staff, a site that is ready to begin, and observed sessions."""
