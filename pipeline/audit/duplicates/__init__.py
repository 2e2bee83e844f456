"""Receipts that may have been handed in before.

`block_keys` says with which receipts one is compared at all, `traits` what is compared,
`evidence` how two agree, `weights` how likely they are then the same purchase, and `find` makes
findings of it. `picture_hash` and `placed_words` compare pictures and words with their places.
"""
