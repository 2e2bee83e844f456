"""Countries, merchants and sales: what a receipt says."""
