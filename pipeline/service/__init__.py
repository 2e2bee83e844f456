"""The HTTP service (`receipts serve`): accepts receipts, reads them in worker processes, keeps
their records in a database. Needs the extra ``[serve]``."""
