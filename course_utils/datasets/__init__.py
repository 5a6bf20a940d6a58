"""Data for the lessons: `load` a dataset of the catalog, `load_folder` with pictures of your own, or `backgrounds`."""

from course_utils.datasets.folders import load_folder
from course_utils.datasets.loaded import Data, Loaded, Pairs, Series, Tabular
from course_utils.datasets.loading import load
from course_utils.datasets.pairs import PairSplit
from course_utils.datasets.scenery import Backgrounds, backgrounds
from course_utils.datasets.splits import ArraySplit, FolderSplit, TextSplit, WordSplit
from course_utils.datasets.tables import TableSplit

__all__ = [
    "ArraySplit",
    "Backgrounds",
    "Data",
    "FolderSplit",
    "Loaded",
    "PairSplit",
    "Pairs",
    "Series",
    "TableSplit",
    "Tabular",
    "TextSplit",
    "WordSplit",
    "backgrounds",
    "load",
    "load_folder",
]
