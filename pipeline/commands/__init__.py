"""The subcommands of `receipts`, one module each; what is heavy is imported when one runs."""
