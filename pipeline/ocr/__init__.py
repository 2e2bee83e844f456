"""The OCR stage: a page image in, a :class:`~pipeline.document.Page` of tokens out."""
