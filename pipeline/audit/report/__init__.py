"""Findings for people and programs: JSONL, CSV and an HTML page, and reviewers' labels."""
