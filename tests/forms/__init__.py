"""The forms, apart from the pages that show them."""
