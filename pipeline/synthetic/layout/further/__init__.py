"""Lines that only some tills print, put between those that all receipts have."""
