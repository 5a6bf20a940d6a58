"""What a check answers: one of five outcomes, readable in a notebook and in a terminal."""

import html
import re
from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """How an answer can stand."""

    CORRECT = "correct"
    PREDICTED = "predicted"
    NOT_TRIED = "not tried yet"
    WRONG = "wrong"
    BROKEN = "broken"


# What counts as done: a prediction that a run did not bear out is as good an answer as any.
DONE = (Status.CORRECT, Status.PREDICTED)

# Symbol, words and colour: none of them alone. The colours are readable on white and on black.
_HEADINGS = {
    Status.CORRECT: ("✓", "Correct", "#009E73"),
    Status.PREDICTED: ("◆", "Predicted and seen", "#0072B2"),
    Status.NOT_TRIED: ("○", "Not tried yet", "#767676"),
    Status.WRONG: ("✗", "Not right yet", "#D55E00"),
    Status.BROKEN: ("⚠", "Your code stopped with an error", "#D55E00"),
}


@dataclass(frozen=True, repr=False)
class Note:
    """A heading and a text in a coloured box; `code` in backticks is set as code."""

    symbol: str
    heading: str
    text: str
    color: str = "#0072B2"

    def __repr__(self) -> str:
        return f"{self.symbol} {self.heading}. {self.text}".rstrip()

    def _repr_html_(self) -> str:
        text = re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(self.text, quote=False))
        return (
            f'<div style="border-left: 4px solid {self.color}; padding: 0.3em 0.9em; margin: 0.3em 0">'
            f"<strong>{self.symbol} {self.heading}.</strong> {text}</div>"
        )


@dataclass(frozen=True)
class Outcome:
    """How an answer was judged, and the sentence that says why."""

    status: Status
    text: str = ""

    @property
    def note(self) -> Note:
        """The box that the learner sees."""
        symbol, heading, color = _HEADINGS[self.status]
        return Note(symbol, heading, self.text, color)


def wrong(text: str) -> Outcome:
    """A wrong answer, and the sentence on what was seen and what was expected."""
    return Outcome(Status.WRONG, text)


NOT_TRIED = Outcome(Status.NOT_TRIED, "Replace the `...` by your answer and run the cell again.")
