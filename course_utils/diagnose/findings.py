"""What `diagnose` found, and how it looks in Jupyter and in a terminal."""

import html
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

SERIOUS, WARNING, NOTE = "serious", "warning", "note"
SEVERITIES = (SERIOUS, WARNING, NOTE)  # worst first
# Told apart by the word beside them as well; dark enough to be read on white, light enough on black.
COLOURS = {SERIOUS: "#D55E00", WARNING: "#B8860B", NOTE: "#0072B2"}
WIDTH = 100
LONGEST = 240  # of the words of an error that are repeated


@dataclass(frozen=True)
class Finding:
    """One mistake.

    Attributes:
        id: short name of the kind of mistake, such as `unscaled_inputs`.
        severity: `serious` (training cannot work, or its figures mislead), `warning` (it costs accuracy or time) or `note`.
        seen: what was seen, with numbers.
        why: why it hurts.
        change: the code to change or to add.
    """

    id: str
    severity: str
    seen: str
    why: str
    change: str


class Report:
    """The findings, worst first.

    Attributes:
        findings: list of `Finding`.
        looked_at: what was looked at, in words.
        skipped: what could not be looked at, and why.
    """

    def __init__(self, findings: Sequence[Finding], looked_at: str, skipped: Sequence[str] = ()) -> None:
        # sorted() is stable: within a severity the checks' own order stays, causes first
        self.findings = sorted(findings, key=lambda finding: SEVERITIES.index(finding.severity))
        self.looked_at = looked_at
        self.skipped = list(skipped)

    @property
    def headline(self) -> str:
        """What could not be examined, and why; how many findings there are, and in what."""
        examined = f"the rest of {self.looked_at}" if self.skipped else self.looked_at
        if not self.findings:
            result = f"Nothing wrong was found in {examined}."
        elif len(self.findings) == 1:
            result = f"One finding, in {examined}."
        else:
            result = f"{len(self.findings)} findings, the worst first, in {examined}."
        return f"Not everything could be examined: {'; '.join(self.skipped)}. {result}" if self.skipped else result

    def __repr__(self) -> str:
        lines = _wrapped(self.headline)
        for number, finding in enumerate(self.findings, start=1):
            lines += ["", *_wrapped(f"{number}. {finding.severity.upper()} ({finding.id}): {finding.seen}", "   ", first="")]
            lines += _wrapped(finding.why, "   ")
            lines += ["   Change:", *(f"       {line}" for line in finding.change.splitlines())]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        items = "".join(_item(finding) for finding in self.findings)
        findings = f'<ol style="list-style: none; margin: 0; padding: 0">{items}</ol>' if items else ""
        mark = "" if self.findings or self.skipped else '<span aria-hidden="true">✓ </span>'
        return f'<section style="max-width: 56em"><p>{mark}{html.escape(self.headline)}</p>{findings}</section>'


def in_short(error: Exception) -> str:
    """What an error says, in its own words, without what Keras and TensorFlow wrap around them."""
    text = str(error)
    if isinstance(error, KeyError):  # a key, or a sentence in quotes
        text = str(error.args[0]) if " " in text else f"there is no {text}"
    within = re.search(r"\x1b\[1m(.*?)\x1b\[0m", text, flags=re.DOTALL)  # Keras prints the innermost reason in bold
    text = (within[1] if within else text).split("Arguments received by")[0].split("[[{{node")[0]
    text = re.sub(r"\{\{function_node .*?\}\}|\[Op:\w+\].*", "", text)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        return type(error).__name__
    # Where the way to the reason is told, the reason stands at its end.
    words = lines[-1] if lines[0].startswith(("Graph execution error", "in user code")) else " ".join(lines)
    return textwrap.shorten(words, LONGEST, placeholder=" ...")


def _item(finding: Finding) -> str:
    colour = COLOURS[finding.severity]
    return (
        f'<li style="border-left: 5px solid {colour}; margin: 0 0 1em 0; padding: 0.1em 0 0.1em 0.9em">'
        f'<div><strong style="color: {colour}">{finding.severity}</strong> <small>{html.escape(finding.id)}</small></div>'
        f"<div><strong>{html.escape(finding.seen)}</strong></div>"
        f'<div style="margin: 0.3em 0">{html.escape(finding.why)}</div>'
        f'<pre style="margin: 0.3em 0 0 0; white-space: pre-wrap; overflow-wrap: anywhere; word-break: normal">'
        f"<code>{html.escape(finding.change)}</code></pre></li>"
    )


def _wrapped(text: str, indent: str = "", first: str | None = None) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=indent if first is None else first, subsequent_indent=indent)
