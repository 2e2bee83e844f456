"""Records and claims as `receipts extract` and a spreadsheet write them, read one at a time."""
