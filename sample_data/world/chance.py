"""Chance that always falls the same way, and whole numbers shared out by weight."""

import random
from collections.abc import Mapping, Sequence
from typing import TypeVar

SEED = "ccsi-sample-1"
_Name = TypeVar("_Name")


def dice(*what: object) -> random.Random:
    """Give chance of its own to one question, so that no answer depends on the order of asking."""
    return random.Random("/".join([SEED, *map(str, what)]))  # noqa: S311 (sample data, no secret)


def shared(total: int, weights: Mapping[_Name, float]) -> dict[_Name, int]:
    """Share a whole number out by weight: largest remainders first, the parts add up to it."""
    whole = sum(weights.values())
    if not whole:
        return dict.fromkeys(weights, 0)
    exact = {name: total * weight / whole for name, weight in weights.items()}
    parts = {name: int(value) for name, value in exact.items()}
    by_remainder = sorted(exact, key=lambda name: exact[name] - parts[name], reverse=True)
    for name in by_remainder[: total - sum(parts.values())]:
        parts[name] += 1
    return parts


def by_gender(total: int, women: float, *what: object) -> dict[str, int]:
    """Split people by gender: a few not stated, now and then somebody non-binary."""
    one = dice("gender", *what)
    not_stated = round(total * one.choice((0, 0, 0.02, 0.03, 0.05)))
    non_binary = 1 if total > 40 and one.random() < 0.35 else 0  # noqa: PLR2004 (in a small group nobody is singled out)
    rest = total - not_stated - non_binary
    share = min(0.95, max(0.05, women + one.uniform(-0.04, 0.04)))
    return {
        "women": round(rest * share),
        "men": rest - round(rest * share),
        "non_binary": non_binary,
        "not_stated": not_stated,
    }


def picked(one: random.Random, weights: Mapping[_Name, float]) -> _Name:
    """Pick one name by weight."""
    return one.choices(list(weights), list(weights.values()))[0]


def dealt(items: Sequence[_Name], number: int) -> tuple[_Name, int]:
    """Deal from a list over and over: the item, and in which round it is."""
    return items[number % len(items)], number // len(items) + 1
