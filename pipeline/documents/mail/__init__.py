"""Mails and HTML: the body becomes a PDF with text, attachments become files of their own."""
