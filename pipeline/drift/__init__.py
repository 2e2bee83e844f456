"""Whether receipts, or how well they are read, have changed since a model was trained."""
