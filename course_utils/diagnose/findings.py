"""What `diagnose` found, and how it looks in Jupyter and in a terminal."""

import html
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

SERIOUS, WARNING, NOTE = "serious", "warning", "note"
SEVERITIES = (SERIOUS, WARNING, NOTE)  # worst first
# Told apart by the word beside them as well; dark enough to be read on white, light enough on black.
COLOURS = {SERIOUS: "#D55E00", WARNING: "#B8860B", NOTE: "#0072B2"}
WIDTH = 100


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
        """How many findings there are, and in what."""
        if not self.findings:
            return f"Nothing wrong was found in {self.looked_at}."
        if len(self.findings) == 1:
            return f"One finding, in {self.looked_at}."
        return f"{len(self.findings)} findings, the worst first, in {self.looked_at}."

    def __repr__(self) -> str:
        lines = _wrapped(self.headline)
        for number, finding in enumerate(self.findings, start=1):
            lines += ["", *_wrapped(f"{number}. {finding.severity.upper()} ({finding.id}): {finding.seen}", "   ", first="")]
            lines += _wrapped(finding.why, "   ")
            lines += ["   Change:", *(f"       {line}" for line in finding.change.splitlines())]
        if self.skipped:
            lines += ["", *_wrapped(f"Not looked at: {'; '.join(self.skipped)}.")]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        items = "".join(_item(finding) for finding in self.findings)
        skipped = f"<p><small>Not looked at: {html.escape('; '.join(self.skipped))}.</small></p>" if self.skipped else ""
        findings = f'<ol style="list-style: none; margin: 0; padding: 0">{items}</ol>' if items else ""
        mark = "" if self.findings else '<span aria-hidden="true">✓ </span>'
        return f'<section style="max-width: 56em"><p>{mark}{html.escape(self.headline)}</p>{findings}{skipped}</section>'


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
