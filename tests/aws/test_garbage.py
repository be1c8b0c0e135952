from __future__ import annotations

import gc

from orienteer.aws.garbage import sweep, tuned_gc


def test_garbage_collection_is_put_back() -> None:
    before = gc.get_threshold()
    with tuned_gc():
        assert gc.get_threshold() != before
    assert gc.get_threshold() == before


def test_old_cycles_are_swept_after_every_fourth_account() -> None:
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
        sweep(1)
        assert Node.alive == 1
        sweep(4)
        assert Node.alive == 0
    finally:
        gc.enable()
