"""The audit's memory: an SQLite file with all receipts seen so far and their findings."""
