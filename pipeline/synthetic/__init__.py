"""Draw synthetic receipts, with ground truth, for training and tests.

A receipt is drawn in four steps, all from one seed:

1. ``content/``: a country, a merchant, and a sale whose sums hold.
2. ``layout/``: the sale as rows of labelled cells, in one till's print style, and then as
   words with boxes: a ``DrawnReceipt``.
3. ``picture/``, if a picture is needed: print the words, then degrade to a scan or photo.
4. ``augmentation/``: other text and boxes, and OCR errors, without a picture.

``generate.py`` runs steps 1 and 2, ``samples.py`` draws the receipts of ``data/samples``.
"""
