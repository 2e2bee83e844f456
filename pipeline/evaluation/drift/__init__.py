"""Windows of drawn receipts in which something has changed, for `scripts/bench_drift`."""
