from __future__ import annotations

import gc

from orienteer.aws.garbage import SWEEP_AFTER, sweep, tuned_gc


def test_garbage_collection_is_put_back() -> None:
    before = gc.get_threshold()
    with tuned_gc():
        assert gc.get_threshold() != before
    assert gc.get_threshold() == before


def test_cycles_are_swept_when_enough_was_dropped() -> None:
    class Node:
        alive = 0

        def __init__(self) -> None:
            self.me = self
            Node.alive += 1

        def __del__(self) -> None:
            Node.alive -= 1

    gc.disable()
    try:
        node = Node()
        del node
        assert sweep(SWEEP_AFTER - 1) == SWEEP_AFTER - 1
        assert Node.alive == 1
        assert sweep(SWEEP_AFTER) == 0
        assert Node.alive == 0
    finally:
        gc.enable()
