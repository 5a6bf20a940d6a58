"""What the exercises of lesson 42 expect."""

from course_utils.exercises.kinds import Choice, Function, Value

EXERCISES = {
    "target": Value(
        expected=138,
        expects="the number of a row, counted from 0",
        mistakes=[
            (144, "That counts 20 gaps of six hours; between 20 steps there are 19."),
            (114, "That is the row of the last step, now; the target lies 24 hours later."),
            (120, "That is one gap too many, and the 24 hours to the target are missing."),
            (43, "That is right for steps an hour apart; here they are six hours apart."),
            (44, "That takes steps an hour apart, and 20 gaps between them; here they are six hours apart, with 19 gaps."),
            (258, "The 24 are hours, which are rows; they are not to be multiplied by six."),
            (137, "Rows are counted from 0, so the last step is row 19 × 6."),
            (139, "One row too far: the first step stands in row 0, and the last in row 19 × 6."),
        ],
        hints=(
            "In which row is the second step? The third? And the twentieth?",
            "Between 20 steps there are 19 gaps of six rows. From the last step it is 24 rows to the target.",
            "`19 * 6 + 24`.",
        ),
        praise="One row off, and nothing would have complained.",
    ),
    "hour": Function(
        inputs=[(100, 24), (100, 30), (100, 48), (100, 6), (250, 1)],
        draw=lambda random: (int(random.integers(1_000, 100_000)), int(random.integers(1, random.choice([26, 1_000])))),
        mistakes=[
            (
                lambda right, now, ahead: now,
                "That is now, which has the target's hour only if the target is whole days ahead.",
            ),
            (
                lambda right, now, ahead: now - 24,
                "That is a day ago at the present hour; what counts is the hour of the target.",
            ),
            (
                lambda right, now, ahead: now + ahead - 24,
                "That is a day before the target; if the target is more than a day ahead, it lies in the future.",
            ),
            (
                lambda right, now, ahead: now + ahead - 24 * (ahead // 24 + 1),
                "If the target is whole days ahead, that is a day too early: now is known already.",
            ),
            (
                lambda right, now, ahead: now - ahead,
                "Going back as far as you look ahead does not lead to the same hour of the day.",
            ),
        ],
        hints=(
            "From the target, go back in steps of 24 hours. How many steps until you are not later than now?",
            "The number of days is `ahead / 24`, rounded up.",
            "`now + ahead - 24 * math.ceil(ahead / 24)`; rounded up in whole numbers: `-(-ahead // 24)`.",
        ),
        praise="A naive forecast may be naive, but not clairvoyant.",
    ),
    "future": Choice(
        right="b",
        why_not={
            "a": "They overlap with each other, all within the training years; nothing of the later years is in them.",
            "c": "Each window carries its own past and its target; their order gives nothing away.",
            "d": "All of the window is past, from whichever side it is read; its last step is now.",
        },
        hints=(
            "For each of them: does a number that was measured after the training years enter the training?",
            "Layers see a window, which ends now. What else is computed from data?",
            "The mean of the whole series knows how warm the test year was.",
        ),
        praise="It is little that leaks here, but the habit is what counts: compute it from the training years.",
    ),
    "survive": Value(
        expected=0.7**20,
        expects="the share of memories that no mask has hit in 20 steps",
        within=0.000001,  # three digits that are not zero, rounded or cut off
        mistakes=[
            (0.7, "That is what one and the same mask leaves; here each step draws a fresh one."),
            (0.3**20, "That is the share that is dropped at every single step; asked is the share never dropped."),
            (1 - 0.7**20, "That is the share that is lost."),
            (0.75**20, "That is for a rate of 0.25, as in the picture; here the rate is 0.3."),
            (0.7**19, "That is after 19 steps."),
            (0.0798, "That is in per cent; asked is a number from 0 to 1."),
        ],
        hints=(
            "What share survives one step? And of these, what share survives the next?",
            "At each step a share of 1 - 0.3 survives, independently of the steps before.",
            "`0.7 ** 20`.",
        ),
        praise="Less than one in a thousand. One mask for the whole sequence leaves seven in ten.",
    ),
}
