"""AWS that does not answer: what is waited for is said, and a collection that hears nothing at all gives up."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from orienteer.errors import OrienteerError

SAY_SECONDS, GIVE_UP_SECONDS = 20.0, 150.0


@contextmanager
def listening(
    say: Callable[[str], None], say_after: float = SAY_SECONDS, give_up_after: float = GIVE_UP_SECONDS
) -> Iterator[Callable[[], None]]:
    """Gives a function to call at every answer.  After `say_after` seconds without one `say` is told who is waited for.

    Raises OrienteerError (exit 3) in the main thread where there is no first answer within `give_up_after` seconds.
    """
    heard, ended, gave_up = [time.monotonic()], threading.Event(), threading.Event()
    began = heard[0]
    who = os.environ.get("AWS_ENDPOINT_URL") or "AWS"

    def listen() -> None:
        said = began
        while not ended.wait(0.2):
            silent = time.monotonic() - heard[-1]
            if silent > say_after and said <= heard[-1]:
                said = time.monotonic()
                say(f"waiting for {who}, which has not answered for {silent:.0f} s")
            if heard[-1] == began and silent > give_up_after:
                gave_up.set()
                _interrupt_main()
                return

    threading.Thread(target=listen, name="listening", daemon=True).start()
    try:
        yield lambda: heard.__setitem__(0, time.monotonic())
    except KeyboardInterrupt:
        if not gave_up.is_set():
            raise
        told = f"{who} did not answer within {give_up_after:.0f} s; check the network, the proxy and AWS_ENDPOINT_URL"
        raise OrienteerError(f"{told}; the same command tries again", 3) from None
    finally:
        ended.set()


def _interrupt_main() -> None:
    """An interrupt that also wakes a main thread that waits for a lock."""
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
    else:
        signal.raise_signal(signal.SIGINT)
