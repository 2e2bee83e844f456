"""`receipts serve` in processes of its own, for `scripts/bench_service` and others."""
