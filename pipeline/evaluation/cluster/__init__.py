"""Runs on clusters: a small cluster on this machine, and the simulation of large ones."""
