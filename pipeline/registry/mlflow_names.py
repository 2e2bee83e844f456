"""Names that training and registry share, so that a registry finds the run of a model."""

ARTIFACTS = "model"
"""The artifact folder of a run with the model's files."""
MODEL_HASH = "receipts.model_sha256"
"""The tag, of runs and of versions, with the hash of the model folder."""
