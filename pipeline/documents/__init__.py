"""The load stage: a file, its content or an image in, upright pages out."""
