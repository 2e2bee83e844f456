"""Amounts against those of the same merchant, category, city and person; digits of groups."""
