"""Send visits at a fixed rate, whether or not the server keeps up, as in a busy clinic.

The time of a visit starts when it is due, not when a connection is free to send it. So the numbers show when a server
falls behind. A closed loop, where each client waits for its response before it sends again, would hide that.
"""

import threading
import time
from collections.abc import Callable
from typing import NamedTuple


class Arrivals(NamedTuple):
    """How long visits took after they were due, in milliseconds: the median and the 99th percentile."""

    median_ms: float
    p99_ms: float
    count: int


def arrive(
    clients: int, per_second: int, seconds: float, send_with: Callable[[int], Callable[[int], None]]
) -> Arrivals:
    """Send visits at a fixed rate over `clients` connections.

    `send_with(n)` opens connection `n` and returns a function that sends the visit with a given number on it.
    """
    count = int(per_second * seconds)
    seconds_taken = [0.0] * count
    numbers = iter(range(count))
    lock, ready = threading.Lock(), threading.Barrier(clients + 1)
    started_at = [0.0]

    def client(n: int) -> None:
        send = send_with(n)
        ready.wait()
        ready.wait()
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            due = started_at[0] + number / per_second
            if (seconds_until_due := due - time.perf_counter()) > 0:
                time.sleep(seconds_until_due)
            send(number)
            seconds_taken[number] = time.perf_counter() - due

    threads = [threading.Thread(target=client, args=(n,)) for n in range(clients)]
    for thread in threads:
        thread.start()
    ready.wait()  # every connection is open
    started_at[0] = time.perf_counter() + 0.1
    ready.wait()
    for thread in threads:
        thread.join()
    assert all(seconds_taken), "every visit was sent"
    seconds_taken.sort()
    return Arrivals(seconds_taken[count // 2] * 1000, seconds_taken[int(count * 0.99)] * 1000, count)
