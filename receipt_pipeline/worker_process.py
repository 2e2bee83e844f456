"""Where a worker process begins, found there too where a ``pipeline.py`` hides the package."""

from __future__ import annotations

import pickle
from multiprocessing.connection import Connection


def run(packed: bytes, connection: Connection) -> None:
    """Call the function that is packed, with the connection and the packed arguments.

    Packed, for their names begin with ``pipeline.``: unpickling them before this package has
    been imported would look for them in the user's file.
    """
    function, arguments = pickle.loads(packed)
    function(connection, *arguments)
