"""What the exercise of lesson 00 expects."""

from course_utils.exercises.kinds import Value

EXERCISES = {
    "points": Value(
        expected=800,
        expects="the number of points of both spirals, a whole number",
        mistakes=[
            (400, "That is one spiral; there are two."),
            (1600, "That is how many numbers there are: each point has two, but counts once."),
        ],
        hints=(
            "The points stand in an array called `points`. What does `points.shape` say?",
            "The first number of the shape is how many rows there are; a row is a point.",
            "`len(points)` gives the number of rows.",
        ),
        praise="That is how all exercises of the course answer.",
    ),
}
