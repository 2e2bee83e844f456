"""The entry point of worker processes; works even if a user's ``pipeline.py`` hides the package."""

from __future__ import annotations

import pickle
from multiprocessing.connection import Connection


def run(packed: bytes, connection: Connection) -> None:
    """Call the pickled function with the connection and the pickled arguments.

    They are pickled because their names begin with ``pipeline.``: multiprocessing would look for
    them in the user's file before this package is imported.
    """
    function, arguments = pickle.loads(packed)
    function(connection, *arguments)
