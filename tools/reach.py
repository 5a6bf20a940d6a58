"""Whether each address of the catalog still answers with a file of the size stated there: `python -m tools.reach`.

Asks for one byte of each file. The exit status is 1 if anything is amiss.
"""

import sys

import requests

from course_utils.datasets.catalog import Dataset, catalog

SECONDS_TO_ANSWER = 60.0


def trouble(address: str, size: int | None) -> str | None:
    """What is amiss with an address; None if it answers, and states the size in bytes where that is known."""
    headers = {"Range": "bytes=0-0", "Accept-Encoding": "identity"}
    try:
        with requests.get(address, headers=headers, stream=True, timeout=SECONDS_TO_ANSWER) as answer:
            answer.raise_for_status()
    except requests.RequestException as error:
        return str(error)
    stated = answer.headers.get("Content-Range", "").rpartition("/")[2] or answer.headers.get("Content-Length", "")
    if size is not None and stated.isdecimal() and int(stated) != size:
        return f"has {int(stated):,} bytes in place of {size:,}"
    return None


def troubles(datasets: list[Dataset]) -> list[str]:
    """A line for each address that does not serve its file; says how each did while it asks."""
    found = []
    for dataset in datasets:
        for file in dataset.files:
            for address in file.addresses:
                amiss = trouble(address, file.size)
                print(f"{dataset.name}: {address}: {amiss or 'answers'}", flush=True)
                if amiss:
                    found.append(f"{dataset.name}: {address}: {amiss}")
    return found


if __name__ == "__main__":
    sys.exit(1 if troubles(list(catalog().values())) else 0)
