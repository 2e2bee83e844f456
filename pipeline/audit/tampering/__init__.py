"""Signs in a receipt's file and picture that it may have been changed after it was made.

`file_traces` and `pdf_traces` read what programs left in the file, and `look` collects all signs
of one receipt. They enter the state with the record; `find` makes findings of them. A sign is a
place to look at and no verdict: people crop and brighten pictures too.
"""
