"""Film reviews, negative or positive, from a small grammar of praise and blame.

What makes them worth more than counting words: every word of praise also turns up in blame and the other way round, as in
"not good", "hardly a disaster", "could have been great" or "the critics called it dull, I found it superb". Behind "but",
and before "although", stands what the writer means; only the order tells "dull, but funny" from "funny, but dull". A writer
who likes a film still finds faults with it, and a few gave the wrong mark. What a film is about and who plays in it
says nothing about its mark.
"""

import random
from collections.abc import Callable
from pathlib import Path

COUNTS = {"train": {"neg": 2_000, "pos": 2_000}, "test": {"neg": 1_000, "pos": 1_000}}
MEANT = 0.89  # how many of a writer's opinions agree with the mark
WRONG = 0.02  # how many writers gave the mark that they did not mean

# Praise behind its opposite, each group of words used interchangeably.
ADJECTIVES = (
    ("superb brilliant marvellous wonderful excellent splendid", "awful dreadful terrible horrible appalling atrocious"),
    ("gripping thrilling exciting absorbing", "dull boring tedious tiresome"),
    ("good strong convincing credible", "bad weak clumsy wooden"),
    ("clever witty intelligent subtle", "stupid silly foolish mindless"),
    ("fresh original surprising inventive", "stale predictable worn lazy"),
    ("funny charming delightful touching", "annoying irritating painful embarrassing"),
)
NOUNS = (
    ("masterpiece", "failure"),
    ("triumph", "disaster"),
    ("gem", "mess"),
    ("delight", "bore"),
    ("treat", "chore"),
    ("classic", "flop"),
    ("joy", "waste of time"),
)
LIKED = ("loved enjoyed adored admired", "hated disliked loathed regretted")
LIKE = ("love enjoy adore admire", "hate dislike loathe regret")
FELT = ("moved amused thrilled surprised", "bored annoyed disappointed embarrassed")
RESULTS = (
    ("kept me awake", "sent me to sleep"),
    ("made me laugh", "made me yawn"),
    ("drew me in", "left me cold"),
    ("stayed with me for days", "was forgotten by the next morning"),
)
MARVEL, SUFFER = "laughed cried smiled cheered", "yawned groaned sighed suffered"

ASPECTS = """
    acting/story/plot/script/dialogue/music/photography/direction/ending/humour/pace/cast/setting/camera work/opening/
    second half/love story/soundtrack/final scene/editing
"""
DEGREES = ("", "", "", "very", "really", "truly", "quite", "so", "rather", "absolutely", "extremely", "thoroughly")
# "not" is the one that flips the most, as in real reviews.
FLIPS = (
    *("is not",) * 4,
    *("was not",) * 2,
    "is never",
    "is hardly",
    "is far from",
    "is anything but",
    "could not be called",
)
NO_NOUN = ("is no", "is not a", "is hardly a", "is far from a", "is anything but a", "was never going to be a", "isn't a")
MISSED = ("could have been", "should have been", "might have been", "was meant to be", "threatened to be")
OTHERS = ("the critics", "my friends", "my sister", "my brother", "most people", "the papers", "everyone I know", "my wife")
FILM = ("it", "this film", "this movie", "the film", "the movie", "the whole thing")

FIRST = """
    Anna Robert Helen David Maria Peter Judith Michael Clara Edward Susan Walter Julia Frank Nora Henry Laura George Irene
    Victor Alice Thomas Ruth Martin
"""
LAST = """
    Harper Lindqvist Moreau Castell Berger Whitfield Okafor Tanaka Delgado Novak Ashby Romano Fielding Kowalski Sorensen
    Marsh Petrov Lambert Quinn Vance Hollis Amado Strand Keller
"""
GENRES = """
    western/comedy/thriller/drama/musical/horror film/war film/documentary/romance/crime story/adventure/fantasy film
"""
PLACES = """
    Paris/Rome/Chicago/Vienna/Lisbon/Cairo/Bombay/Tokyo/Texas/Alaska/New York/Mexico/a small town/a mountain village/
    a lonely island/the desert
"""
ROLES = """
    doctor/teacher/soldier/detective/farmer/painter/lawyer/sailor/widow/student/thief/journalist/pianist/cook/nurse/judge
"""
AIMS = """
    looks for a lost brother/hides from the police/falls in love with a stranger/finds a suitcase full of money/
    opens a restaurant/tries to save the family farm/meets an old friend/has to choose between love and work/
    witnesses a murder/inherits a house/learns to dance/runs away from home/wants to stop a war/solves an old crime
"""
WHERE_SEEN = """
    on television/at the cinema/on a plane/at a festival/at home/with my sister/with some friends/late at night/
    on a rainy Sunday/for the second time/when I was a child
"""
YEARS = tuple(str(year) for year in range(1951, 2006, 3))


def generate(folder: Path, seed: int, progress: bool) -> None:
    """See `course_utils.synthetic.generate`; it takes seconds, so there is no bar."""
    rng = random.Random(seed)
    known: set[str] = set()
    for part, counts in COUNTS.items():
        for name, count in counts.items():
            inside = folder / part / name
            inside.mkdir(parents=True)
            for number in range(count):
                while (text := review(rng, name == "pos")) in known:
                    pass
                known.add(text)
                (inside / f"{number}.txt").write_text(text, encoding="utf-8", newline="\n")


def review(rng: random.Random, positive: bool) -> str:
    """A review of 4 to 15 sentences that gives a positive or a negative mark, now and then by mistake."""
    if rng.random() < WRONG:
        positive = not positive
    opinions = [opinion(rng, positive == (rng.random() < MEANT)) for _ in range(rng.randint(3, 10))]
    opening, *others = facts(rng)
    sentences = others + opinions
    rng.shuffle(sentences)
    sentences = [_sentence(words) for words in (opening, *sentences)]
    if len(sentences) > 7 and rng.random() < 0.6:  # paragraphs are marked as on the page the real ones come from
        middle = len(sentences) // 2
        return f"{' '.join(sentences[:middle])}<br /><br />{' '.join(sentences[middle:])}"
    return " ".join(sentences)


def facts(rng: random.Random) -> list[str]:
    """One to five sentences about one film, or about seeing it, that neither praise nor blame."""
    kind, place, seen, deed, year = (rng.choice(words) for words in (KINDS, SCENES, SEEN, DEEDS, YEARS))
    (director, star, second), (role, other) = rng.sample(PEOPLE, 3), rng.sample(PARTS, 2)
    possible = (
        f"I saw this {kind} {seen}",
        f"the {kind} was made in {year} by {director}",
        f"{star} plays a {role} who {deed}",
        f"{second} is the {other}",
        f"the story is set in {place}",
    )
    return rng.sample(possible, rng.randint(1, len(possible)))


def opinion(rng: random.Random, praise: bool) -> str:
    """A sentence that praises, or blames, on the whole: the words for it need not be words of praise."""
    return rng.choices(OPINIONS, SHARES)[0](rng, praise)


def plainly(rng: random.Random, praise: bool) -> str:
    """What is said is meant: "the acting is very good", "I loved the music"."""
    aspect, film = rng.choice(TOPICS), rng.choice(FILM)
    return rng.choice(
        (
            _is(rng, praise),
            _is(rng, praise),
            _is(rng, praise),
            f"I {_one(rng, LIKED, praise)} the {aspect}",
            f"{film} {rng.choice(RESULTS)[not praise]}",
            f"what a {rng.choice(NOUNS)[not praise]}",
            f"I {rng.choice((SUFFER, MARVEL)[praise].split())} all the way through",
            f"I was {_degree(rng, _one(rng, FELT, praise))} by the {aspect}",
        )
    )


def negated(rng: random.Random, praise: bool) -> str:
    """The opposite of what the words say: "the acting is not good", "hardly a disaster", "I did not enjoy the music"."""
    aspect, film = rng.choice(TOPICS), rng.choice(FILM)
    adjective = _one(rng, rng.choice(ADJECTIVES), not praise)
    return rng.choice(
        (
            f"the {aspect} {rng.choice(FLIPS)} {adjective}",
            f"the {aspect} {rng.choice(FLIPS)} {adjective}",
            f"the {aspect} {rng.choice(FLIPS)} {adjective}",
            f"{film} {rng.choice(NO_NOUN)} {rng.choice(NOUNS)[praise]}",
            f"I did not {_one(rng, LIKE, not praise)} the {aspect}",
            f"nobody will be {_one(rng, FELT, not praise)} by the {aspect}",
            f"{film} {rng.choice(MISSED)} a {rng.choice(NOUNS)[praise]}",
            f"the {aspect} {rng.choice(MISSED)} {adjective}",
        )
    )


def weighed(rng: random.Random, praise: bool) -> str:
    """One thing for it, one against it; what stands behind "but", or not behind "although", is what counts."""
    meant, granted = _is(rng, praise), _is(rng, not praise)
    return rng.choice(
        (
            f"{granted}, but {meant}",
            f"{granted}, but {meant}",
            f"{granted}, yet {meant}",
            f"{meant}, although {granted}",
            f"although {granted}, {meant}",
        )
    )


def disagreeing(rng: random.Random, praise: bool) -> str:
    """Others say one thing and the writer another, or the writer had expected something else."""
    other, pairs = rng.choice(OTHERS), rng.choice(ADJECTIVES)
    theirs, mine = _one(rng, pairs, not praise), _one(rng, rng.choice(ADJECTIVES), praise)
    noun, opposite = rng.choice(NOUNS)[not praise], rng.choice(NOUNS)[praise]
    return rng.choice(
        (
            f"{other} called it {theirs}, I found it {mine}",
            f"I found it {mine}, {other} called it {theirs}",
            f"I expected a {opposite} and got a {noun}",
            f"I got a {noun} where I had expected a {opposite}",
            f"{other} promised a {opposite}, and it is a {noun}",
            f"do not believe those who call it {theirs}",
        )
    )


OPINIONS: tuple[Callable[[random.Random, bool], str], ...] = (plainly, negated, weighed, disagreeing)
SHARES = (60, 28, 6, 6)


def _is(rng: random.Random, praise: bool) -> str:
    """An aspect of the film and what it is like, without any turn."""
    adjective = _one(rng, rng.choice(ADJECTIVES), praise)
    return f"the {rng.choice(TOPICS)} {rng.choice(('is', 'is', 'was'))} {_degree(rng, adjective)}"


def _one(rng: random.Random, pair: tuple[str, str], praise: bool) -> str:
    return rng.choice(pair[not praise].split())


def _degree(rng: random.Random, adjective: str) -> str:
    return f"{rng.choice(DEGREES)} {adjective}".strip()


def _sentence(words: str) -> str:
    end = "!" if words.startswith("what a") else "."
    return f"{words[0].upper()}{words[1:]}{end}"


def _listed(table: str) -> tuple[str, ...]:
    return tuple(entry.strip() for entry in table.split("/"))


PEOPLE = tuple(f"{first} {last}" for first in FIRST.split() for last in LAST.split())
TOPICS, KINDS, SCENES, PARTS, DEEDS, SEEN = (_listed(table) for table in (ASPECTS, GENRES, PLACES, ROLES, AIMS, WHERE_SEEN))
