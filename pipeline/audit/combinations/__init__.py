"""Receipts whose values are usual one by one and unusual together.

`habits` learns from a sample of the state what goes together in this company, and says of a
receipt how rare each of its values is beside the others. `forest` is a tree ensemble that judges
all of that at once. `find` makes findings of it. Only with `receipts audit --combinations`.
"""
