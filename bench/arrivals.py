"""Visits that arrive at a fixed rate, whether or not the server keeps up: what a busy clinic is like.

A visit's time counts from the moment at which it was due, not from the moment at which a client was free to send
it. So a server that falls behind shows it, which a closed loop (each client waits for its answer) hides.
"""

import threading
import time
from collections.abc import Callable
from typing import NamedTuple


class Arrivals(NamedTuple):
    """How long visits took from their arrival on, in milliseconds: the median, and the slowest hundredth."""

    median_ms: float
    p99_ms: float
    count: int


def arrive(
    clients: int, per_second: int, seconds: float, send_with: Callable[[int], Callable[[int], None]]
) -> Arrivals:
    """Send visits at a fixed rate over so many connections.

    `send_with(n)` opens connection `n` and returns what sends visit number `i` on it.
    """
    count = int(per_second * seconds)
    took = [0.0] * count
    numbers = iter(range(count))
    lock, ready = threading.Lock(), threading.Barrier(clients + 1)
    begins = [0.0]

    def client(n: int) -> None:
        send = send_with(n)
        ready.wait()
        ready.wait()
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            due = begins[0] + number / per_second
            if (early := due - time.perf_counter()) > 0:
                time.sleep(early)
            send(number)
            took[number] = time.perf_counter() - due

    threads = [threading.Thread(target=client, args=(n,)) for n in range(clients)]
    for thread in threads:
        thread.start()
    ready.wait()  # every connection is open
    begins[0] = time.perf_counter() + 0.1
    ready.wait()
    for thread in threads:
        thread.join()
    assert all(took), "every visit was sent"
    took.sort()
    return Arrivals(took[count // 2] * 1000, took[int(count * 0.99)] * 1000, count)
