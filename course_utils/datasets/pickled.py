"""Published files that hold pickles: opened only if they are the very files that the catalog pins."""

import hashlib
from pathlib import Path

from course_utils.errors import CourseError


def published_content(path: Path, sha256: str | None) -> bytes:
    """The bytes of a file that is about to be unpickled.

    Opening a pickle runs whatever somebody wrote into it: a file is opened only if its bytes have the SHA-256 that the
    catalog pins. Take what is returned here, not the file, which may have changed since.

    Raises:
        CourseError: it has not, or cannot be read.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise CourseError(f"{path} cannot be read ({error.strerror}).") from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise CourseError(f"{path} was not opened: it is not the published file, and could do harm.")
    return content
