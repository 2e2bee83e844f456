"""Piles of drawn receipts with known faults, and how well the audit finds these."""
