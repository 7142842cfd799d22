"""A server to be killed: loads the program once, then forks a child that serves whenever it is told to.

Reads lines from standard input: `start` forks a server on the given port and says `ready`; the test
kills it by the number that is printed. Nothing is open in the parent, so every child starts clean.
"""

import json
import os
import sys
from typing import NoReturn


def serve(settings: dict[str, object], port: int) -> NoReturn:
    """Serve until killed."""
    from waitress.server import create_server

    from cm_tracker import create_app

    try:
        server = create_server(create_app(settings), host="127.0.0.1", port=port, threads=8)
        print("ready", os.getpid(), flush=True)
        server.run()
    except BaseException as error:
        print("broken", repr(error), flush=True)
    finally:
        os._exit(0)  # a child never goes on to read its parent's orders


def main() -> None:
    """Wait for orders."""
    settings, port = json.loads(sys.argv[1]), int(sys.argv[2])
    import cm_tracker.web  # noqa: F401  (everything is loaded before the first fork)

    for line in sys.stdin:
        if line.strip() == "start":
            child = os.fork()
            if not child:
                serve(settings, port)
        elif line.strip() == "wait":
            os.wait()
            print("gone", flush=True)


if __name__ == "__main__":
    main()
