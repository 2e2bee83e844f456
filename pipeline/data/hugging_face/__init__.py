"""Read and write Hugging Face ``datasets``."""
