"""Stand-ins for datasets, drawn by our own code, so that every lesson runs without a network.

One module a dataset; `canvas` holds what flat drawings share, `solids` and `backdrops` what rendered ones do, `hands` what
the two that show hands do, `writing` how they are stored, and `compare` measures how the stand-ins' difficulty compares with
that of the real pictures. `animals` is no stand-in: it draws what the course's own base (see `course_utils.pretrained`)
learns on.
"""

from hashlib import sha256
from importlib import import_module
from pathlib import Path

from course_utils.errors import CourseError

DRAWN = (
    "fashion_mnist",
    "mnist",
    "horse_or_human",
    "happy_or_sad",
    "cats_and_dogs",
    "rock_paper_scissors",
    "sign_language",
    "spa_eng",
    "imdb",
    "jena_climate",
)
SHARED = ("backdrops", "canvas", "solids", "writing")
BUILT_ON = {"rock_paper_scissors": ("hands",), "sign_language": ("hands",)}  # what some drawings share besides


def draw(name: str, folder: Path, seed: int = 0, progress: bool = False) -> None:
    """Draws the stand-in for dataset `name` into the existing, empty `folder`; the same seed gives the same pictures.

    `fashion_mnist` and `mnist` become `train-images.npy`, uint8 (12000, 28, 28), `train-labels.npy`, int32 (12000,), and
    `test-images.npy`, `test-labels.npy` with 2,000; `horse_or_human` becomes `train/horses/*.jpg`, `train/humans/*.jpg`,
    `test/horses/*.jpg` and `test/humans/*.jpg`, 1,027 and 256 RGB pictures of 300x300 pixels. In the same way are drawn
    `happy_or_sad` (classes happy and sad, 40 and 40 of 150x150), `cats_and_dogs` (cats and dogs, 2,000 and 1,000 whose
    longest side is 208) and `rock_paper_scissors` (paper, rock, scissors; 2,520 and 372 of 300x300). `sign_language`
    becomes arrays as the digits do, 10,080 and 2,160 pictures, with the labels 0 to 24 but for 9.

    No pictures: `spa_eng` becomes `spa.txt`, 12,000 lines of an English sentence, a tab and its Spanish translation.
    `imdb` becomes `train/neg/*.txt`, `train/pos/*.txt`, `test/neg/*.txt` and `test/pos/*.txt`, 4,000 and 2,000 reviews.
    `jena_climate` becomes `jena_climate_2009_2016.csv`, four years of weather with a row every ten minutes.

    Raises:
        CourseError: there is no stand-in of that name, or `folder` is not an empty folder.
    """
    _known(name)
    if not folder.is_dir() or any(folder.iterdir()):
        raise CourseError(f"A stand-in is drawn into an empty folder, which {folder} is not; choose another.")
    import_module(f"{__name__}.{name}").draw(folder, seed, progress)


def drawing_version(name: str) -> str:
    """Eight hexadecimal digits that change with the code that draws dataset `name`.

    Raises:
        CourseError: there is no stand-in of that name.
    """
    _known(name)
    modules = (*SHARED, *BUILT_ON.get(name, ()), name)
    sources = [(Path(__file__).parent / f"{module}.py").read_text(encoding="utf-8") for module in modules]
    return sha256("\0".join(sources).encode()).hexdigest()[:8]


def _known(name: str) -> None:
    if name not in DRAWN:
        raise CourseError(f"There is no drawn stand-in for {name!r}; there is one for {', '.join(DRAWN)}.")
