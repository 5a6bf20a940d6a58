"""Parts of the tests for machines that work at the same time: `python -m tools.shards 4`.

Prints a JSON list of parts, each with a `name` and what `make test ONLY=...` is to be told: four parts of lessons that take
about as long as each other, and one of everything else. Needs no package, so that it can run before anything is installed.
"""

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def recorded_seconds(notebooks: Path = ROOT / "notebooks", results: Path = ROOT / "docs" / "results") -> dict[str, float]:
    """Seconds of each lesson's published run; a lesson without one counts as the longest."""
    stems = [path.stem for path in sorted(notebooks.glob("[0-9]*_*.ipynb"))]
    published = {stem: results / f"{stem}.json" for stem in stems if (results / f"{stem}.json").is_file()}
    seconds = {stem: json.loads(path.read_text(encoding="utf-8"))["seconds"] for stem, path in published.items()}
    return {stem: seconds.get(stem, max(seconds.values(), default=1.0)) for stem in stems}


def shards(seconds: dict[str, float], count: int) -> list[list[str]]:
    """Names in `count` shards: the longest first, each where least has been put so far."""
    filled: list[list[str]] = [[] for _ in range(count)]
    for name in sorted(seconds, key=lambda name: -seconds[name]):
        min(filled, key=lambda shard: sum(seconds[other] for other in shard)).append(name)
    return [shard for shard in filled if shard]


def parts(seconds: dict[str, float], count: int) -> list[dict[str, str]]:
    """The parts, each as a `name` and a selection `only`; every test is in one of them."""
    lessons = [
        {"name": f"lessons {number}", "only": " or ".join(shard)} for number, shard in enumerate(shards(seconds, count), 1)
    ]
    return [*lessons, {"name": "all else", "only": f"not ({' or '.join(seconds)})"}]


if __name__ == "__main__":
    print(json.dumps(parts(recorded_seconds(), int(sys.argv[1]))))
