"""Rebuild the shipped models, and say which inputs differ from those that they were made from."""
