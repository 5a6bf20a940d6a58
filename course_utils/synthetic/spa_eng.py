"""English sentences with their Spanish translation, from a small bilingual grammar.

What makes the pairs worth an attention map: in Spanish an adjective follows its noun and agrees with it in gender and
number, a question turns subject and verb round, and pronouns that the verb makes clear are left out. All Spanish verbs are
regular ones; tú stands for "you".
"""

import random
from pathlib import Path
from typing import NamedTuple

PAIRS = 12_000

# English singular and plural, Spanish singular and plural, gender.
PEOPLE = """
    boy boys niño niños m / girl girls niña niñas f / man men hombre hombres m / woman women mujer mujeres f /
    king kings rey reyes m / queen queens reina reinas f / brother brothers hermano hermanos m /
    sister sisters hermana hermanas f / uncle uncles tío tíos m / aunt aunts tía tías f /
    waiter waiters camarero camareros m / waitress waitresses camarera camareras f /
    grandmother grandmothers abuela abuelas f / grandfather grandfathers abuelo abuelos m
"""
ANIMALS = """
    dog dogs perro perros m / cat cats gato gatos m / horse horses caballo caballos m / cow cows vaca vacas f /
    hen hens gallina gallinas f / rabbit rabbits conejo conejos m / goat goats cabra cabras f
"""
THINGS = """
    house houses casa casas f / car cars coche coches m / table tables mesa mesas f / chair chairs silla sillas f /
    shirt shirts camisa camisas f / hat hats sombrero sombreros m / shoe shoes zapato zapatos m / key keys llave llaves f /
    lamp lamps lámpara lámparas f / clock clocks reloj relojes m / bicycle bicycles bicicleta bicicletas f /
    box boxes caja cajas f / book books libro libros m / window windows ventana ventanas f / boat boats barco barcos m
"""
FOOD = """
    apple apples manzana manzanas f / orange oranges naranja naranjas f / egg eggs huevo huevos m /
    cake cakes pastel pasteles m / tomato tomatoes tomate tomates m / salad salads ensalada ensaladas f /
    onion onions cebolla cebollas f / banana bananas plátano plátanos m
"""
TEXTS = """
    letter letters carta cartas f / poem poems poema poemas m / song songs canción canciones f /
    message messages mensaje mensajes m
"""
# What an adjective may stand beside: the masculine singular of the dictionary.
OF_PEOPLE = "tall alto / strong fuerte / rich rico / poor pobre / old viejo / intelligent inteligente / famous famoso"
OF_ANIMALS = "black negro / white blanco / small pequeño / big grande / old viejo / fast rápido / fat gordo"
OF_THINGS = """
    red rojo / white blanco / black negro / yellow amarillo / green verde / blue azul / grey gris / new nuevo / old viejo /
    big grande / small pequeño / expensive caro / cheap barato / pretty bonito / heavy pesado / modern moderno
"""
OF_FOOD = "big grande / small pequeño / red rojo / green verde / expensive caro / cheap barato / delicious delicioso"
OF_TEXTS = "long largo / short corto / sad triste / pretty bonito / old viejo / new nuevo / famous famoso"
PASSING = "tired cansado / busy ocupado / ill enfermo / worried preocupado / ready listo"  # takes estar in place of ser
# English infinitive (behind / a preposition that stays), third person, past, Spanish infinitive.
TAKE_THINGS = """
    buy buys bought comprar / sell sells sold vender / hide hides hid esconder / paint paints painted pintar /
    need needs needed necesitar / clean cleans cleaned limpiar / carry carries carried llevar /
    forget forgets forgot olvidar / break breaks broke romper / open opens opened abrir
"""
TAKE_ANIMALS = """
    buy buys bought comprar / sell sells sold vender / wash washes washed lavar / paint paints painted pintar /
    hide hides hid esconder / need needs needed necesitar
"""
TAKE_FOOD = """
    buy buys bought comprar / sell sells sold vender / eat eats ate comer / cook cooks cooked cocinar /
    prepare prepares prepared preparar / wash washes washed lavar
"""
TAKE_PEOPLE = """
    help helps helped ayudar / call calls called llamar / visit visits visited visitar / invite invites invited invitar /
    greet greets greeted saludar / understand understands understood comprender
"""
TAKE_TEXTS = """
    write writes wrote escribir / copy copies copied copiar / need needs needed necesitar / forget forgets forgot olvidar /
    receive receives received recibir / hide hides hid esconder
"""
SINGULAR, PLURAL = ("the", "the", "a", "this", "my", "your"), ("the", "the", "some", "these", "my", "your", "two", "three")
# By determiner: Spanish masculine singular, feminine singular, masculine plural, feminine plural.
DETERMINERS = {
    "the": "el la los las",
    "a": "un una - -",
    "some": "- - unos unas",
    "this": "este esta - -",
    "these": "- - estos estas",
    "my": "mi mi mis mis",
    "your": "tu tu tus tus",
    "two": "- - dos dos",
    "three": "- - tres tres",
}
ENDINGS = {
    "present": {"ar": "o as a amos an", "er": "o es e emos en", "ir": "o es e imos en"},
    "past": {"ar": "é aste ó amos aron", "er": "í iste ió imos ieron", "ir": "í iste ió imos ieron"},
}
FUTURE = "é ás á emos án"  # behind the whole infinitive
WHEN = {
    "present": {"every day": "todos los días", "now": "ahora", "often": "a menudo"},
    "past": {"yesterday": "ayer", "last night": "anoche", "last year": "el año pasado"},
    "future": {"tomorrow": "mañana", "next week": "la próxima semana", "soon": "pronto"},
}
ASKING = {"why": "por qué", "where": "dónde", "when": "cuándo"}
NOT = "n't"
BE = {  # English singular and plural; Spanish ser and estar, each singular and plural
    "present": ("is are", "es son", "está están"),
    "past": ("was were", "era eran", "estaba estaban"),
}


class Phrase(NamedTuple):
    """A subject or object in both languages.

    Attributes:
        person: 0 to 4 for yo, tú, él or ella, nosotros, ellos.
    """

    english: str
    spanish: str
    person: int
    feminine: bool = False

    @property
    def plural(self) -> bool:
        """Whether it means several: we, you all, they."""
        return self.person > 2


PRONOUNS = (
    Phrase("I", "", 0),
    Phrase("you", "", 1),
    Phrase("he", "él", 2),
    Phrase("she", "ella", 2, feminine=True),
    Phrase("we", "", 3),
    Phrase("they", "", 4),
)


def _rows(table: str) -> list[tuple[str, ...]]:
    return [tuple(row.split()) for row in table.split("/")]


NOUNS = {
    "people": _rows(PEOPLE),
    "animals": _rows(ANIMALS),
    "things": _rows(THINGS),
    "food": _rows(FOOD),
    "texts": _rows(TEXTS),
}
ADJECTIVES = {
    "people": _rows(OF_PEOPLE),
    "animals": _rows(OF_ANIMALS),
    "things": _rows(OF_THINGS),
    "food": _rows(OF_FOOD),
    "texts": _rows(OF_TEXTS),
}
PASSING_ADJECTIVES = _rows(PASSING)
VERBS = {
    "people": _rows(TAKE_PEOPLE),
    "animals": _rows(TAKE_ANIMALS),
    "things": _rows(TAKE_THINGS),
    "food": _rows(TAKE_FOOD),
    "texts": _rows(TAKE_TEXTS),
}


def generate(folder: Path, seed: int, progress: bool) -> None:
    """See `course_utils.synthetic.generate`; it takes a second, so there is no bar."""
    rng = random.Random(seed)
    pairs: dict[str, str] = {}
    while len(pairs) < PAIRS:
        english, spanish = sentence(rng)
        pairs.setdefault(english, spanish)
    lines = "".join(f"{english}\t{spanish}\n" for english, spanish in pairs.items())
    (folder / "spa.txt").write_text(lines, encoding="utf-8", newline="\n")


def sentence(rng: random.Random) -> tuple[str, str]:
    """An English sentence and its Spanish translation, with capital letter and punctuation."""
    kind = rng.choices(("statement", "two statements", "question", "description"), (50, 20, 18, 12))[0]
    if kind == "question":
        english, spanish = question(rng)
        return f"{_capital(english)}?", f"¿{_capital(spanish)}?"
    english, spanish = description(rng) if kind == "description" else statement(rng)
    if kind == "two statements":
        joint, junta = rng.choice((("and", "y"), ("but", "pero")))
        second, segunda = statement(rng)
        english, spanish = f"{english} {joint} {second}", f"{spanish} {junta} {segunda}"
    return f"{_capital(english)}.", f"{_capital(spanish)}."


def statement(rng: random.Random) -> tuple[str, str]:
    """Someone does something, or does not, and perhaps it is said when."""
    tense, subject, (verb, direct) = _tense(rng), _subject(rng), _verb_and_object(rng)
    base, third, past, infinitive = verb
    negative = rng.random() < 0.25
    english = {"present": third if subject.person == 2 else base, "past": past, "future": f"will {base}"}[tense]
    if negative:
        english = f"{_auxiliary(tense, subject)}{NOT} {base}".replace("willn't", "won't")
    words = [subject.spanish, "no" * negative, conjugated(infinitive, tense, subject.person), direct.spanish]
    english = f"{subject.english} {english} {direct.english}"
    if rng.random() < 0.35:
        when, cuando = rng.choice(list(WHEN[tense].items()))
        english, words = f"{english} {when}", [*words, cuando]
    return english, _joined(words)


def question(rng: random.Random) -> tuple[str, str]:
    """Does someone do something; why, where or when; or what does someone do? The Spanish verb stands before its subject."""
    tense, subject, (verb, direct) = _tense(rng), _subject(rng), _verb_and_object(rng)
    base, _, _, infinitive = verb
    asked = f"{_auxiliary(tense, subject)} {subject.english} {base}"
    words = [conjugated(infinitive, tense, subject.person), subject.spanish]
    opening = rng.choice(("", "", "what", *ASKING))
    if opening == "what" and not direct.spanish.startswith(("a ", "al ")):
        return f"what {asked}", _joined(["qué", *words])
    if opening in ASKING:
        return f"{opening} {asked} {direct.english}", _joined([ASKING[opening], *words, direct.spanish])
    return f"{asked} {direct.english}", _joined([*words, direct.spanish])


def description(rng: random.Random) -> tuple[str, str]:
    """Someone or something is, or was, like this; lasting with ser, passing with estar."""
    kind = rng.choice(list(NOUNS))
    passing = kind == "people" and rng.random() < 0.5
    pronoun = kind == "people" and rng.random() < 0.3
    subject = rng.choice(PRONOUNS[2:4]) if pronoun else _noun_phrase(rng, kind)
    quality, adjective = rng.choice(PASSING_ADJECTIVES if passing else ADJECTIVES[kind])
    be, ser, estar = (forms.split()[subject.plural] for forms in BE[rng.choice(("present", "past"))])
    negative = rng.random() < 0.3
    matching = agreeing(adjective, subject.feminine, subject.plural)
    words = [subject.spanish, "no" * negative, estar if passing else ser, matching]
    return f"{subject.english} {be}{NOT * negative} {quality}", _joined(words)


def agreeing(adjective: str, feminine: bool, plural: bool) -> str:
    """A Spanish adjective, given as masculine singular, in the form that fits its noun."""
    if feminine and adjective.endswith("o"):
        adjective = f"{adjective[:-1]}a"
    if not plural:
        return adjective
    return f"{adjective}s" if adjective[-1] in "aeo" else f"{adjective}es"


def conjugated(infinitive: str, tense: str, person: int) -> str:
    """A regular Spanish verb.

    Args:
        infinitive: ends in -ar, -er or -ir.
        tense: present, past (the preterite) or future.
        person: 0 to 4 for yo, tú, él or ella, nosotros, ellos.
    """
    if tense == "future":
        return infinitive + FUTURE.split()[person]
    return infinitive[:-2] + ENDINGS[tense][infinitive[-2:]].split()[person]


def _tense(rng: random.Random) -> str:
    return rng.choice(("present", "past", "future"))


def _subject(rng: random.Random) -> Phrase:
    return rng.choice(PRONOUNS) if rng.random() < 0.4 else _noun_phrase(rng, "people")


def _verb_and_object(rng: random.Random) -> tuple[tuple[str, ...], Phrase]:
    """A verb and what it is done to; behind a Spanish verb, a person as object has an a in front, and a el becomes al."""
    kind = rng.choices(tuple(VERBS), (3, 2, 6, 3, 2))[0]
    direct = _noun_phrase(rng, kind)
    if kind == "people":
        direct = direct._replace(spanish=f"a {direct.spanish}".replace("a el ", "al "))
    return rng.choice(VERBS[kind]), direct


def _noun_phrase(rng: random.Random, kind: str) -> Phrase:
    """Determiner, noun and, half of the time, an adjective: before the noun in English, behind it in Spanish."""
    plural = rng.random() < 0.4
    one, many, uno, muchos, gender = rng.choice(NOUNS[kind])
    determiner, feminine = rng.choice(PLURAL if plural else SINGULAR), gender == "f"
    spanish = [DETERMINERS[determiner].split()[2 * plural + feminine], muchos if plural else uno]
    english = [many if plural else one]
    if rng.random() < 0.5:
        quality, adjective = rng.choice(ADJECTIVES[kind])
        english.insert(0, quality)
        spanish.append(agreeing(adjective, feminine, plural))
    if determiner == "a" and english[0][0] in "aeiou":
        determiner = "an"
    return Phrase(" ".join([determiner, *english]), " ".join(spanish), 4 if plural else 2, feminine)


def _auxiliary(tense: str, subject: Phrase) -> str:
    return {"present": "does" if subject.person == 2 else "do", "past": "did", "future": "will"}[tense]


def _joined(words: list[str]) -> str:
    return " ".join(filter(None, words))


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
