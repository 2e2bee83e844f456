"""Label Studio: read exports, write tasks and labelling configurations."""
