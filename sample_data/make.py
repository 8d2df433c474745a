"""Make the sample data: the workbooks kept here, the faulty ones, or the older returns of a demonstration.

    python sample_data/make.py                     write returns/, faulty/ and evidence/ anew
    python sample_data/make.py --older FOLDER      write the older returns into a folder, saying when each is done
    python sample_data/make.py --one FILE          write one of the returns kept here, named like it, somewhere else

With ``--older`` every line on standard output is one revision of a return, in the order of submission, as JSON: its
file (absolute; one of those kept here, or just written), organisation, quarter, revision, when it was submitted and
when approved (null: not yet).
"""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import typst
from world import faulty
from world.build import World, world
from world.chronicle import Arrival
from world.members import KEPT
from world.workbooks import filled, plain

from kpi.framework.load import load_file
from kpi.framework.model import Framework

HERE = Path(__file__).resolve().parent
RETURNS, FAULTY, EVIDENCE = HERE / "returns", HERE / "faulty", HERE / "evidence"


def framework(path: Path) -> Framework:
    """Read the framework that the sample is made for."""
    loaded = load_file(path)
    if loaded.framework is None:
        sys.exit(f"{path} has errors; run: kpi check {path}")
    return loaded.framework


def main() -> None:
    """Make what was asked for."""
    parser = ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--framework", type=Path, default=HERE.parent / "indicators.yaml")
    parser.add_argument("--older", type=Path, metavar="FOLDER", help="write the older returns there, one after another")
    parser.add_argument("--one", type=Path, metavar="FILE", help="write one of the returns kept here to this file")
    asked = parser.parse_args()
    made = world(framework(asked.framework))
    if asked.older is not None:
        tell(made, asked.older)
    elif asked.one is not None:
        asked.one.write_bytes(filled(made, next(one for one in made.arrivals if one.file == asked.one.name)))
    else:
        keep(made)


def tell(made: World, folder: Path) -> None:
    """Write the older returns and tell of all of them, as they come."""
    for arrival in made.arrivals:
        path = RETURNS / arrival.file
        if arrival.quarter not in KEPT:
            path = folder.resolve() / arrival.file
            path.write_bytes(plain(made, arrival))
        sys.stdout.write(json.dumps(_line(arrival, path)) + "\n")
        sys.stdout.flush()


def _line(arrival: Arrival, path: Path) -> dict[str, object]:
    return {
        "file": str(path),
        "organisation": arrival.organisation,
        "quarter": str(arrival.quarter),
        "revision": arrival.revision,
        "submitted": arrival.submitted.isoformat(),
        "approved": arrival.approved.isoformat() if arrival.approved else None,
    }


def keep(made: World) -> None:
    """Write the returns that are kept here and the faulty ones, and take away what is no longer made."""
    kept = {one.file: one for one in made.arrivals if one.quarter in KEPT}
    _write(RETURNS, {name: partial(filled, made, one) for name, one in kept.items()})
    _write(FAULTY, faulty.files(made))
    for source in EVIDENCE.glob("*.typ"):
        typst.compile(source, output=source.with_suffix(".pdf"))


def _write(folder: Path, files: Mapping[str, bytes | Callable[[], bytes]]) -> None:
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        if old.name not in files:
            old.unlink()
    for name, content in files.items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content())


if __name__ == "__main__":
    main()
