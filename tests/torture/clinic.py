"""A server that `test_kill.py` kills: it loads the program once, and forks a child that serves on each `start`.

It reads lines from standard input. `start` forks a server on the given port, which prints `ready` and its process id;
the test kills it by that id. `wait` waits until the child has ended, and prints `gone`. The parent opens no database
and no socket, so a child inherits none.
"""

import json
import os
import sys
from typing import NoReturn


def serve(settings: dict[str, object], port: int) -> NoReturn:
    """Serve until killed."""
    from cm_tracker import create_app
    from cm_tracker.server import server_for

    try:
        server = server_for(create_app(settings), host="127.0.0.1", port=port)
        print("ready", os.getpid(), flush=True)
        server.run()
    except BaseException as error:
        print("broken", repr(error), flush=True)
    finally:
        os._exit(0)  # a child must never return to the loop that reads standard input


def main() -> None:
    """Read commands from standard input and obey them."""
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
