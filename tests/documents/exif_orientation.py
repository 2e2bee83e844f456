"""The tag in which a picture says how it lies."""

from __future__ import annotations

ORIENTATION = 0x0112
