"""Data for the lessons: `load` a dataset of the catalog, or `load_folder` with pictures of your own."""

from course_utils.datasets.loading import Data, load, load_folder
from course_utils.datasets.splits import ArraySplit, FolderSplit

__all__ = ["ArraySplit", "Data", "FolderSplit", "load", "load_folder"]
