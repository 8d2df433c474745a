"""How far the making of a report is: told to whoever waits for it."""

from collections.abc import Callable, Sequence

from kpi.report.content import Block, Content, Course, Map

#: Told what is being done (a marked text), and how much of the whole is done by then, between 0 and 1.
Progress = Callable[[str, float], None]
#: A picture takes as long as so many other blocks.
_PICTURE = 8


def silent(_text: str, _done: float) -> None:
    """Tell nobody."""


def within(progress: Progress, since: float, until: float) -> Progress:
    """Tell of a part of the work as of what it is in the whole."""
    return lambda text, done: progress(text, min(since + (until - since) * done, 1.0))


def by_block(content: Content, text: str, progress: Progress) -> Callable[[Sequence[Block]], None]:
    """Give what a writer calls with the blocks that it has written, so that it is told how far it is."""
    whole, done = _weight(list(content.blocks())), 0

    def written(blocks: Sequence[Block]) -> None:
        nonlocal done
        done += _weight(blocks)
        progress(text, min(done / whole, 1.0) if whole else 1.0)

    return written


def _weight(blocks: Sequence[Block]) -> int:
    return sum(_PICTURE if isinstance(block, Course | Map) else 1 for block in blocks)
