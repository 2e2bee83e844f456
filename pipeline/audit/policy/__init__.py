"""Policies as data: a YAML file of rules, limits and examples that anyone in finance can read.

`document` is the file's form, `names` what its expressions may ask for, `expressions` compiles and
checks them, `values` gives the names their values, `rules` and `limits` apply the policy to a
receipt, `examples` runs the file's own examples, and `load` puts it together.
"""
