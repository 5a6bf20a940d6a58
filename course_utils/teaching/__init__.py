"""For those who teach: slides and schedules, assignments, the overview of a class."""
