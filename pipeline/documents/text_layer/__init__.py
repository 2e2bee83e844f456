"""The text that a PDF page brings: read with its boxes, and used only where it can be trusted.

1. ``characters.py``: every character of the page, with its box and whether it can be seen.
2. ``words.py``: characters become words and text lines.
3. ``trust.py``: whether the text is what the page shows, by the checks of ``glyph_shapes.py``
   (letters have the shape of what they claim to be) and ``picture_check.py`` (there is ink under
   the words, and no other text in pictures).

``read.py`` composes them.
"""
