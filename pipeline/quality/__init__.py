"""How well a receipt was read: the numbers of a record that `receipts drift` watches."""
