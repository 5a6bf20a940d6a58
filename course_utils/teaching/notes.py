"""What the speaker has beside each slide: minutes, what to ask the room, the mistakes that are likely.

All of it follows from the lesson: its questions, and what its exercises know of those who get them wrong.
"""

import re
from collections.abc import Iterator, Sequence

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from course_utils.exercises import cell_id, exercise_kinds
from course_utils.exercises.answers import describe
from course_utils.exercises.kinds import Choice, Function, Kind, Prediction, Value
from course_utils.syllabus import Lesson
from course_utils.teaching.minutes import MINUTES_AN_EXERCISE, lesson_minutes
from course_utils.teaching.room import cell_height

# where a sentence ends, or a block, an item of a list, a heading begins
SENTENCES = re.compile(r"(?<=[.:?!])[*)]*\s+|\n\n+|\n\s*[-*] |^#+ ", re.MULTILINE)


def with_notes(lesson: Lesson, cells: Sequence[NotebookNode]) -> list[NotebookNode]:
    """A talk with the speaker's notes, each behind the first cell of its slide or sub-slide.

    Args:
        lesson: the lesson that is talked about.
        cells: the cells of the talk, each with its `slide_type`; the first one begins a slide.

    Raises:
        CourseError: the lesson's published result, which says how long it runs, cannot be read.
    """
    kinds = {f"{cell_id(name)}-task": kind for name, kind in exercise_kinds(lesson.number).items()}
    minutes, slides = lesson_minutes(lesson), list(_slides(cells))
    height_of_all = sum(cell_height(cell) for slide in slides for cell in _shown(slide))
    noted: list[NotebookNode] = []
    height = tried = 0.0
    for number, slide in enumerate(slides):
        shown = _shown(slide)
        exercises = [kinds[cell.id] for cell in shown if cell.id in kinds]
        height += sum(map(cell_height, shown))
        tried += MINUTES_AN_EXERCISE * len(exercises)
        so_far = tried + (minutes.total - minutes.exercises) * height / height_of_all
        paragraphs = [f"**{so_far:.0f} of {minutes.total} minutes** at the end of this slide"]
        paragraphs += _listed("Ask the room", _questions(shown))
        for exercise in exercises:
            paragraphs += _about(exercise)
        metadata = {"slideshow": {"slide_type": "notes"}}
        noted += [slide[0], new_markdown_cell("\n\n".join(paragraphs), id=f"notes-{number}", metadata=metadata), *slide[1:]]
    return noted


def likely_mistakes(exercise: Kind) -> list[str]:
    """The mistakes that an exercise knows by name, as Markdown; none where it judges in another way."""
    match exercise:
        case Choice(why_not=reasons):
            return [f"*{letter}*: {reason}" for letter, reason in sorted(reasons.items())]
        case Prediction(mistakes=mistakes) | Value(mistakes=mistakes):
            return [f"`{describe(answer)}`: {sentence}" for answer, sentence in mistakes]
        case Function(mistakes=mistakes):
            return [sentence for _, sentence in mistakes]
    return []


def _slides(cells: Sequence[NotebookNode]) -> Iterator[list[NotebookNode]]:
    """The cells of each slide and sub-slide."""
    slide: list[NotebookNode] = []
    for cell in cells:
        if slide and cell.metadata.slideshow.slide_type in ("slide", "subslide"):
            yield slide
            slide = []
        slide.append(cell)
    yield slide


def _shown(slide: Sequence[NotebookNode]) -> list[NotebookNode]:
    return [cell for cell in slide if cell.metadata.slideshow.slide_type not in ("skip", "notes")]


def _questions(cells: Sequence[NotebookNode]) -> list[str]:
    """The sentences that end in a question mark; those of an exercise are its task."""
    texts = [cell.source for cell in cells if cell.cell_type == "markdown" and not cell.id.startswith(cell_id(""))]
    sentences = [" ".join(each.split()).strip("*(") for text in texts for each in SENTENCES.split(text)]
    return [sentence for sentence in sentences if sentence.endswith("?")]


def _about(exercise: Kind) -> list[str]:
    """What to do with an exercise: how to begin, the nudge for a room that is stuck, and the mistakes that are likely."""
    vote = ["Let everybody choose an answer before you go on."] if isinstance(exercise, Choice | Prediction) else []
    nudge = [f"**If the room is stuck:** {exercise.hints[0]}"]
    return [*vote, *nudge, *_listed("Likely mistakes", likely_mistakes(exercise))]


def _listed(title: str, points: Sequence[str]) -> list[str]:
    return [f"**{title}**", "\n".join(f"- {point}" for point in points)] if points else []
