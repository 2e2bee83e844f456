"""Read transcribed receipts: text lines and values that a model wrote down, without positions.

``transcription.py`` is the file's record, ``read.py`` makes annotated pages of it. The values are
searched for among the page's words, kind by kind: ``header.py``, ``summary.py`` (with the tax
tables of ``tax_rows.py``) and ``items.py``. Some values are wrong or not printed, so each search
also says whether its label is completely annotated on this page (``found.py``).
"""
