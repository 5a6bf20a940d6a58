"""Running the lessons, reporting on them, publishing their outputs: what stands behind the `course` command."""
