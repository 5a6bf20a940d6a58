"""The one exception that means "your input, not our code"."""


class CourseError(Exception):
    """Bad input: one clear sentence on what is wrong and what to do about it.

    The command line prints the sentence and exits with status 2. In a notebook IPython shows the sentence alone, without
    the stack that led to it: `_render_traceback_` is the method that IPython asks an exception for its own rendering.
    """

    def _render_traceback_(self) -> list[str]:
        return [f"{type(self).__name__}: {self}"]
