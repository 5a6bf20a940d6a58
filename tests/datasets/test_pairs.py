"""The synthetic English-Spanish pairs: what is written, and that the Spanish is right."""

import itertools
import random
import re

import pytest

from course_utils.synthetic import generate, spa_eng

FORMS = {form: (row[4] == "f", form == row[3]) for rows in spa_eng.NOUNS.values() for row in rows for form in row[2:4]}


@pytest.fixture(scope="module")
def pairs(tmp_path_factory) -> list[list[str]]:
    folder = tmp_path_factory.mktemp("pairs")
    generate("spa_eng", folder)
    return [line.split("\t") for line in (folder / "spa.txt").read_text(encoding="utf-8").splitlines()]


def test_each_line_is_a_sentence_and_its_translation(pairs):
    assert len(pairs) == spa_eng.PAIRS
    assert {len(pair) for pair in pairs} == {2}
    for english, spanish in pairs:
        assert re.fullmatch(r"[A-Z][a-zA-Z' ]*[.?]", english), english
        assert re.fullmatch(r"(¿[A-ZÁÉÍÓÚÑ][^¿?]*\?|[A-ZÁÉÍÓÚÑ][^¿?]*\.)", spanish), spanish
        assert (english[-1] == "?") == (spanish[0] == "¿")
        assert "  " not in english + spanish


def test_no_english_sentence_comes_twice_and_lengths_vary(pairs):
    assert len({english for english, _ in pairs}) == len(pairs)
    lengths = [len(english.split()) for english, _ in pairs]
    assert min(lengths) <= 4 and max(lengths) >= 16


def test_the_seed_decides():
    first, again, other = ([spa_eng.sentence(rng) for _ in range(50)] for rng in map(random.Random, (3, 3, 4)))
    assert first == again != other


@pytest.mark.parametrize(
    ("adjective", "forms"),
    [
        ("rojo", ["rojo", "roja", "rojos", "rojas"]),
        ("verde", ["verde", "verde", "verdes", "verdes"]),
        ("azul", ["azul", "azul", "azules", "azules"]),
        ("gris", ["gris", "gris", "grises", "grises"]),
    ],
)
def test_adjectives_agree_in_gender_and_number(adjective, forms):
    wanted = [(False, False), (True, False), (False, True), (True, True)]
    assert [spa_eng.agreeing(adjective, feminine, plural) for feminine, plural in wanted] == forms


@pytest.mark.parametrize(
    ("infinitive", "tense", "forms"),
    [
        ("comprar", "present", "compro compras compra compramos compran"),
        ("vender", "present", "vendo vendes vende vendemos venden"),
        ("escribir", "present", "escribo escribes escribe escribimos escriben"),
        ("comprar", "past", "compré compraste compró compramos compraron"),
        ("vender", "past", "vendí vendiste vendió vendimos vendieron"),
        ("abrir", "future", "abriré abrirás abrirá abriremos abrirán"),
    ],
)
def test_verbs_are_conjugated(infinitive, tense, forms):
    assert [spa_eng.conjugated(infinitive, tense, person) for person in range(5)] == forms.split()


def test_every_article_agrees_with_the_noun_behind_it(pairs):
    articles = {"el": (False, False), "la": (True, False), "los": (False, True), "las": (True, True)}
    checked = 0
    for _, spanish in pairs:
        words = re.findall(r"\w+", spanish.lower())
        for article, noun in itertools.pairwise(words):
            if article in articles and noun in FORMS:
                assert FORMS[noun] == articles[article], spanish
                checked += 1
    assert checked > 3_000


def test_an_adjective_changes_sides(pairs):
    of_red_things = [spanish for english, spanish in pairs if " the red house " in f"{english.lower()} "]
    assert of_red_things
    assert all("la casa roja" in spanish.lower() for spanish in of_red_things)


def test_a_person_as_object_has_a_preposition(pairs):
    spoken = [spanish for english, spanish in pairs if re.search(r"(called|call|calls) the (boy|girl)\b", english)]
    assert spoken
    assert all(re.search(r"\b(al niño|a la niña)\b", spanish) for spanish in spoken)
    assert not any(re.search(r"\ba el\b", spanish) for _, spanish in pairs)


def test_a_question_has_its_verb_before_its_subject(pairs):
    asked = dict(pair for pair in pairs if re.match(r"Did \w+ \w+ (buy|sell|hide|eat) ", pair[0]))
    someone = "|".join(form for row in spa_eng.NOUNS["people"] for form in row[2:4])
    assert asked
    for english, spanish in asked.items():
        assert re.match(rf"¿(Compr|Vendi|Escondi|Comi)(ó|aron|eron) \w+ ({someone}) ", spanish), (english, spanish)


def test_a_negated_verb_has_no_before_it(pairs):
    for english, spanish in pairs:
        assert len(re.findall("n't", english)) == len(re.findall(r"\bno\b", spanish.lower())), (english, spanish)


def test_passing_states_take_estar(pairs):
    tired = [spanish for english, spanish in pairs if english.endswith(" is tired.")]
    assert tired
    assert all(re.search(r" está cansad[oa]\.$", spanish) for spanish in tired)
