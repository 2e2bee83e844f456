"""The pages on which people post receipts and review records."""
