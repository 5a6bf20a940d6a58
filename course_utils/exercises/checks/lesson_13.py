"""What the exercises of lesson 13 expect."""

import numpy as np

from course_utils.exercises.answers import names_used
from course_utils.exercises.kinds import Function, Prediction, Value

FILES = ("horse07-3.jpg", "horse50-0.jpg", "human17-30.jpg", "human01-05.png", "valhorse1-000.png", "horses-0012.jpg")


def _file_name(random: np.random.Generator) -> tuple[str]:
    letters = "".join(random.choice(list("aehmnoru"), random.integers(1, 9)))
    number, frame = (str(random.integers(0, 200)).zfill(random.integers(1, 4)) for _ in range(2))
    return (f"{letters}{number}-{frame}{random.choice(['.jpg', '.png', '.jpeg'])}",)


def _sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def _sums(random: np.random.Generator) -> tuple[np.ndarray]:
    return (random.normal(scale=random.choice([0.1, 2, 10]), size=(random.integers(0, 6), 2)),)


EXERCISES = {
    "steps": Value(
        expected=(33, 3),
        expects="two whole numbers: the steps of an epoch, and the pictures of its last batch",
        mistakes=[
            ((32, 3), "32 full batches are 1,024 pictures; the rest makes one more step."),
            ((32, 32), "32 full batches are 1,024 pictures; `fit` does not leave the rest out."),
            ((33, 32), "Only the first 32 batches are full; what is left for the last?"),
            ((33, 29), "29 is what the last batch lacks, not what it has."),
            ((3, 33), "These are the right numbers in the wrong order: first the steps."),
        ],
        hints=(
            "How often do 32 pictures fit into 1,027? What happens to the rest?",
            "The rest is a batch too, a smaller one.",
            "32 · 32 = 1,024, and 1,027 - 1,024 pictures are left.",
        ),
        praise="The notes had to work this out for `steps_per_epoch`; a dataset knows it.",
    ),
    "one_unit": Function(
        inputs=[(np.array([[0.5, 0.5], [1.0, 3.0], [3.0, 1.0]]),)],
        draw=_sums,
        rule=lambda answer: (
            None
            if "sigmoid" in names_used(answer)
            else "The numbers are right, but a softmax has computed them; asked for is `sigmoid` of a single number."
        ),
        mistakes=[
            (
                lambda right, z: right(z[:, ::-1]),
                "That is the probability of class 0: which of the two sums is taken from which?",
            ),
            (lambda right, z: _sigmoid(z[:, 1]), "The other sum matters as well: softmax compares the two."),
            (
                lambda right, z: z[:, 1] / z.sum(axis=1),
                "A share of sums can be negative; softmax shares out their exponentials.",
            ),
            (
                lambda right, z: _sigmoid(z[:, 1]) / _sigmoid(z).sum(axis=1),
                "Two sigmoids are not needed; what single number decides between the two classes?",
            ),
            (lambda right, z: z[:, 1] - z[:, 0], "That is the right number to put into `sigmoid`."),
        ],
        hints=(
            "Add 5 to both sums of a picture. What does that do to its softmax?",
            "exp(z1) / (exp(z0) + exp(z1)): divide above and below by exp(z1), and compare with 1 / (1 + exp(-x)).",
            "x is the difference of the two sums, class 1 minus class 0.",
        ),
        praise="So two softmax units are one sigmoid unit whose weights are the difference of theirs.",
    ),
    "character": Function(
        inputs=[(name,) for name in FILES],
        draw=_file_name,
        mistakes=[
            (
                lambda right, name: name.split(".")[0],
                "The number of the frame is still there; two frames of one character must give the same.",
            ),
            (lambda right, name: name.split("-")[1], "That is what stands behind the dash: the frame, not the character."),
            (lambda right, name: name.split("-")[1].split(".")[0], "That is the number of the frame, not the character."),
            (lambda right, name: right(name).rstrip("0123456789"), "That is the class; all horses would be one character."),
            (lambda right, name: name[:7], "Not every name has seven letters before the dash."),
        ],
        hints=(
            "Two frames of one character must give the same answer. What have their names in common?",
            "The character is what stands before the dash; strings have a method that cuts them at a given sign.",
            '`name.split("-")` gives two pieces; return the first.',
        ),
        praise="All frames of a character now go to one side of the split.",
    ),
    "elsewhere": Prediction(
        words=("a", "b", "c"),
        mistakes=[
            ("a", "On a random split it had learned a neighbour of each picture; here it has not even learned the place."),
            ("b", "The corners lost more than that; the network can see them as well."),
        ],
        hints=(
            "What could the nearest corners do on halves by file, and what on halves by place?",
            "A network takes whatever tells the classes apart, and it has no reason to prefer the figure.",
            "Most of what the corners knew is lost elsewhere.",
        ),
        praise="Another question, another number: this is what a shift of the background costs.",
    ),
}
