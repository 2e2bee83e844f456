"""The subcommands of `receipts`, one module each; large packages are imported when one runs."""
