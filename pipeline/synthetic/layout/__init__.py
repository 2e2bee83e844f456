"""From content to labelled rows, and from rows to words with boxes."""
