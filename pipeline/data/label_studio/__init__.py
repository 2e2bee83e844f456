"""Label Studio: its exports read, tasks and labelling configurations written."""
