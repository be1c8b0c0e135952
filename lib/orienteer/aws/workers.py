"""Threads that take work by turn: what belongs to an account that was begun earlier goes first."""

from __future__ import annotations

import heapq
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import TypeVar

Work = Callable[[], None]
T = TypeVar("T")


class Workers:
    """Up to `count` threads.  They are daemons: an interrupted collection does not wait for a slow answer."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._waiting: list[tuple[int, int, Work]] = []
        self._changed = threading.Condition()
        self._threads: list[threading.Thread] = []
        self._idle = 0
        self._given = 0
        self._ended = False

    def submit(self, turn: int, work: Work) -> None:
        """Has the work done; lower turns first, then in the order of coming.  `work` must not raise."""
        with self._changed:
            if self._ended:
                return
            self._given += 1
            heapq.heappush(self._waiting, (turn, self._given, work))
            if self._idle >= len(self._waiting) or len(self._threads) == self.count:
                self._changed.notify()
                return
            thread = threading.Thread(target=self._work, name=f"ask-{len(self._threads)}", daemon=True)
            self._threads.append(thread)
        thread.start()

    def end(self, wait: bool) -> None:
        """Drops what has not begun; with `wait`, returns when all threads are gone."""
        with self._changed:
            self._ended = True
            self._waiting.clear()
            self._changed.notify_all()
        for thread in self._threads if wait else ():
            thread.join()

    def together(self, turn: int, asks: Sequence[Callable[[], T]]) -> list[T]:
        """What the functions return, in their order.  The calling thread takes part, so this ends with all threads
        busy too.  Raises the first error among them."""
        todo = deque(enumerate(asks))
        found: dict[int, T] = {}
        errors: list[BaseException] = []
        finished = threading.Semaphore(0)

        def one_after_another() -> None:
            while True:
                try:
                    number, ask = todo.popleft()
                except IndexError:
                    return
                try:
                    found[number] = ask()
                except BaseException as error:
                    errors.append(error)
                finally:
                    finished.release()

        for _ in range(min(len(asks) - 1, self.count)):
            self.submit(turn, one_after_another)
        one_after_another()
        for _ in asks:
            finished.acquire()
        if errors:
            raise errors[0]
        return [found[number] for number in range(len(asks))]

    def _work(self) -> None:
        while True:
            with self._changed:
                self._idle += 1
                while not self._waiting and not self._ended:
                    self._changed.wait()
                self._idle -= 1
                if self._ended:
                    return
                _, _, work = heapq.heappop(self._waiting)
            work()
            del work  # an idle thread must not keep an account alive
