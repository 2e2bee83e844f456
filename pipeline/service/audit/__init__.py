"""The audit of each new record: off unless the settings ask for it."""
