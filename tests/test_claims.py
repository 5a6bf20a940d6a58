"""The list of claims is well formed, names its sources, and is refused in one sentence when it is damaged."""

import re
from collections import Counter

import pytest

from course_utils import claims
from course_utils.errors import CourseError
from course_utils.syllabus import lessons

SECTION = {
    "000": r"[A-Z][\w ]+",
    "001": r"[A-Z][\w -]+",
    "002": r"§(1[0-5]|[1-9])(, \d| \([iv]+\)( and \([iv]+\))?)?",
    "003": r"ch\.[1-9], \d( and \d)?",
    "004": r"[A-Z][\w ]+",
}
GOOD = '[[claim]]\nid = "it-helps"\nstatement = "It helps."\nsource = "002 §1"\nlesson = "01"\n'


@pytest.fixture
def use_claims(tmp_path, monkeypatch):
    """Let a text of one's own stand in for `data/claims.toml`; returns its path."""

    def use(text: str):
        path = tmp_path / "claims.toml"
        path.write_text(text, encoding="utf-8")
        monkeypatch.setattr(claims, "CLAIMS", path)
        return path

    return use


def test_there_are_well_over_a_hundred_claims_from_all_five_notes():
    by_note = Counter(part[:3] for claim in claims.all_claims().values() for part in claim.source.split("; "))
    assert len(claims.all_claims()) > 200
    assert set(by_note) == set(claims.NOTES)
    assert min(by_note.values()) > 10


def test_every_id_is_in_kebab_case():
    assert [name for name in claims.all_claims() if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)+", name)] == []


def test_every_claim_belongs_to_a_lesson_of_the_syllabus_and_the_file_follows_its_order():
    numbers = [entry.number for entry in lessons()]
    order = [numbers.index(claim.lesson) for claim in claims.all_claims().values()]
    assert order == sorted(order)


def test_every_source_is_a_section_of_one_of_the_notes():
    for claim in claims.all_claims().values():
        for part in claim.source.split("; "):
            note, _, section = part.partition(" ")
            assert re.fullmatch(SECTION[note], section), claim


def test_every_statement_is_one_sentence_of_its_own():
    statements = [claim.statement for claim in claims.all_claims().values()]
    assert [text for text in statements if not re.fullmatch(r"\S.*\S\.", text) or re.search(r"[.?!]\s", text)] == []
    assert len({text.casefold() for text in statements}) == len(statements)


def test_no_statement_turns_into_markup():
    """Lessons and the page of claims show statements as Markdown, where a pair of stars would vanish."""
    markup = re.compile(r"\*[^\s*](.*\S)?\*|`|\||<\w|\]\(|(?<!\w)_|_(?!\w)")
    assert [claim.id for claim in claims.all_claims().values() if markup.search(claim.statement)] == []


def test_a_good_list_is_read(use_claims):
    use_claims(GOOD)
    assert claims.all_claims() == {"it-helps": claims.Claim("it-helps", "It helps.", "002 §1", "01")}
    assert claims.find_claim("it-helps", "01").source == "002 §1"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (GOOD.replace("[[claim]]", "[[claim]"), "line 1"),
        (GOOD.replace('lesson = "01"\n', ""), "'lesson' is missing"),
        (GOOD.replace('"01"', "1"), "'lesson' is of the wrong type"),
        (GOOD.replace("it-helps", "\\q"), "line 2"),
        ('claim = ["line-found"]', "it holds no keys where it should"),
        (GOOD + GOOD, "lists the claim 'it-helps' twice"),
        ("", "'claim' is missing"),
        ('claim = "line-found"', "it holds no keys where it should"),
        ("[claim]\nid = 1\n", "it holds no keys where it should"),
        ("claim = 3", "it holds something else"),
        ("claim = " + "[" * 5000, "nested too deeply"),
    ],
)
def test_a_damaged_list_is_one_sentence(use_claims, text, says):
    use_claims(text)
    with pytest.raises(CourseError, match=r"claims\.toml cannot be read as the list of claims \(.*" + re.escape(says)):
        claims.all_claims()


def test_a_missing_list_is_one_sentence(use_claims):
    use_claims("").unlink()
    with pytest.raises(CourseError, match=r"\(No such file or directory\); restore it from the repository\.$"):
        claims.all_claims()


def test_what_a_later_version_adds_to_a_claim_and_an_editor_before_the_first_does_not_matter(use_claims):
    use_claims("\ufeffversion = 2\n" + GOOD + 'measured_by = ["cell-3"]\n')
    assert claims.find_claim("it-helps", "01").statement == "It helps."


def test_an_unknown_claim_names_those_that_the_lesson_has(use_claims):
    use_claims(GOOD)
    with pytest.raises(CourseError, match=r"Lesson 01 has no claim called 'it-hurts'; .* lists for it: it-helps\."):
        claims.find_claim("it-hurts", "01")
    with pytest.raises(CourseError, match=r"Lesson 02 has no claim called 'it-helps'; .* lists for it: none\."):
        claims.find_claim("it-helps", "02")
