"""Hugging Face ``datasets``: opened, read and written."""
