"""Fine-tuning of the text recognition network on receipt lines: ``receipts train-ocr``."""
