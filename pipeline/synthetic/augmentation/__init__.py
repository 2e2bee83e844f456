"""Change annotated pages for training: digits, words, boxes, OCR errors."""
