"""The rules that judge one receipt at a time: one module per family, listed in `all_rules.py`."""
