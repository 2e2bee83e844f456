"""Expense audit: what is worth a look in a pile of receipts, each with a reason.

Records (`records/`) enter a database (`state/`), then each is judged by the rules (`rules/`,
`duplicates/`, `policy/`, `statistics/`), and the findings become a report (`report/`).
`run.py` composes them.
"""
