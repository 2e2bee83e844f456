"""Signs in a receipt's file and picture that it may have been changed after it was made.

`file_traces` and `pdf_traces` read what programs left in the file. `characters` finds the digits
of amounts and dates, `compression`, `twins` and `print_measures` measure them, `evidence` puts
that together, `trees` scores it, and `digits` makes a sign of it. `look` collects all signs of a
receipt. They enter the state with the record; `find` makes findings of them. A sign is a place to
look at and no verdict: people crop and brighten pictures too.
"""
