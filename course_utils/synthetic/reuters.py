"""Newswires on 46 topics, from a small grammar of the business news of the 1980s.

What makes them a task like the real one: two topics, earnings and takeovers, make up more than half of all, and many come a
few times. Topics belong to families that share their phrases (gold and silver, wheat and grain, consumer and wholesale
prices), so their own words have to tell them apart; and a newswire mentions other things too, most of them of its own
family. Companies, people and numbers come and go, which gives a long tail of words that say nothing.
"""

import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

COUNTS = {"train": 4_500, "test": 1_100}
FEWEST = {"train": 8, "test": 2}  # newswires of every topic, however rare
OWN, KINDRED = 0.5, 0.3  # shares of sentences about the topic and about its family; the rest is about any other
ASIDES = 0.45  # share of sentences that are about no topic at all
LEADS = 0.8  # share of newswires that begin with a sentence about their topic


class Topic(NamedTuple):
    """What newswires of a topic are about.

    Attributes:
        family: the topics whose phrases it shares, a key of `PHRASES`.
        share: how often it comes, as a weight.
        things: what it is about.
        places: where that is, in phrases that ask for a place.
    """

    family: str
    share: int
    things: tuple[str, ...]
    places: tuple[str, ...]


# Topic, family, share; things; places. The shares are about those of the real set.
TABLE = """
cocoa crop 6; cocoa/cocoa beans/cocoa butter/buffer stock cocoa; ghana/ivory coast/cameroon
coffee crop 12; coffee/robusta/arabica/green coffee; brazil/colombia/uganda
sugar crop 15; sugar/raw sugar/white sugar/beet; cuba/thailand/mauritius
cotton crop 3; cotton/upland cotton/cotton lint/bales; sudan/egypt/pakistan
rubber crop 4; rubber/natural rubber/rubber sheet/latex; malaysia/indonesia/thailand
orange crop 2; orange juice/oranges/frozen concentrate/citrus; florida/brazil
grain crop 48; grain/corn/barley/sorghum/rice/feed grain; iowa/argentina/the soviet union
wheat crop 4; wheat/winter wheat/spring wheat/durum; kansas/canada/australia
veg-oil crop 10; palm oil/soybean oil/rapeseed oil/sunflower oil; malaysia/the philippines/rotterdam
oilseed crop 7; soybeans/rapeseed/oilseeds/sunflower seed; brazil/argentina/illinois
meal-feed crop 3; soybean meal/fish meal/feed pellets/meal; peru/rotterdam/thailand
livestock herd 5; cattle/feeder cattle/livestock/sheep; texas/nebraska/australia
hog herd 2; hogs/pigs/slaughter hogs/sows; iowa/denmark/illinois
carcass herd 4; beef/pork bellies/carcass meat/frozen beef; argentina/chicago/ireland
copper metal 6; copper/copper cathode/copper concentrate; chile/zambia/peru
alum metal 5; aluminium/alumina/bauxite/ingot; jamaica/guinea/australia
gold metal 10; gold/bullion/gold ore/krugerrand; south africa/nevada/ontario
tin metal 3; tin/tin concentrate/buffer stock tin; bolivia/malaysia/penang
strategic-metal metal 2; titanium/cobalt/tungsten/antimony; zaire/china/zimbabwe
iron-steel metal 5; steel/iron ore/pig iron/rolled steel; brazil/pittsburgh/the ruhr
zinc metal 3; zinc/zinc concentrate/slab zinc; canada/peru/belgium
silver metal 2; silver/silver coins/silver ore; mexico/peru/idaho
lead metal 2; lead/lead concentrate/refined lead; missouri/australia/canada
crude fuel 50; crude/crude oil/barrels/light crude/opec output; saudi arabia/kuwait/nigeria/the north sea
nat-gas fuel 5; natural gas/gas pipelines/gas fields; algeria/norway/alberta
heat fuel 2; heating oil/distillate/gas oil; the gulf coast/rotterdam/new york harbour
gas fuel 3; gasoline/unleaded gasoline/petrol; the gulf coast/california/west germany
pet-chem fuel 3; ethylene/polyethylene/petrochemicals/propylene; texas/the gulf coast/japan
ship sea 19; vessels/tankers/freight/port workers/cargoes; the gulf/rotterdam/santos/the channel
housing figure 2; housing starts/building permits/new homes; the u s/canada
money-supply figure 16; m1/money supply/m3/money stock; the u s/west germany/britain
trade figure 45; trade deficit/exports/imports/tariffs/trade bill; japan/taiwan/south korea/the u s
reserves figure 5; foreign reserves/official reserves/reserve assets; taiwan/britain/spain
cpi figure 8; consumer prices/cost of living/inflation; italy/brazil/france
gnp figure 10; gross national product/gnp/economic growth; japan/west germany/the u s
retail figure 3; retail sales/department store sales/shop sales; britain/canada
ipi figure 6; industrial production/factory output/capacity use; france/japan/italy
jobs figure 6; unemployment/jobless total/payrolls; britain/belgium/the netherlands
lei figure 2; leading indicators/leading index/composite index; the u s/japan
bop figure 4; current account/balance of payments/capital outflow; australia/denmark/new zealand
wpi figure 2; wholesale prices/producer prices/factory gate prices; sweden/austria/west germany
money-fx money 62; currency/exchange rates/money market/intervention/yen/sterling; tokyo/london/frankfurt
interest money 35; interest rates/prime rate/discount rate/repurchase rate; london/new york/paris
dlr money 4; dollar/dollar sales/u s currency; tokyo/new york/zurich
earn company 350; profit/net/earnings/dividend/revenue; new york/toronto/london
acq company 220; stake/merger/tender offer/acquisition/takeover; new york/london/delaware
"""
PHRASES = {
    "crop": """
        {thing} prices {moved} {pct} pct in {month} after rain in {place}
        {place} {thing} output is put at {n} {n} mln tonnes this season against {n} {n} mln
        a tender for {n} 000 tonnes of {thing} closed with offers from {place}
        {place} will export {n} 000 tonnes of {thing} this crop year
        {thing} futures closed {level} at {n} a tonne in heavy trade
        farmers in {place} have harvested {pct} pct of their {thing}
        importers bought {n} 000 tonnes of {thing} from {place} for {month} shipment
    """,
    "herd": """
        {thing} at the yards {moved} {n} cents in active trade
        slaughter of {thing} in {place} is put at {n} 000 head
        packers in {place} bid {n} dlrs for {thing}
        {thing} supplies in {place} were {pct} pct below a year ago
        an import quota for {thing} from {place} is under review
    """,
    "metal": """
        {company} will reopen its {thing} mine in {place}
        {thing} output in {place} {moved} to {n} 000 tonnes from {n} 000
        {company} raised its price for {thing} by {n} cents a pound
        {thing} stocks in warehouses {moved} by {n} tonnes
        workers at the {place} {thing} smelter voted to strike in {month}
        the {place} deposit holds {n} {n} mln tons of {thing}
        {thing} was fixed at {n} {n} dlrs in london
    """,
    "fuel": """
        {company} cut its posted price for {thing} by {n} cents
        {place} {thing} output {moved} to {n} {n} mln a day
        {thing} inventories {moved} {n} {n} mln in the week to {month} {day}
        {company} began to drill for {thing} in {place}
        a plant for {thing} in {place} will be closed until {month}
        ministers of {place} want {thing} prices held at {n} dlrs
        spot {thing} traded at {n} {n} dlrs for {month} delivery
    """,
    "sea": """
        {thing} are waiting off {place} after a strike
        {thing} to {place} were held up by fighting
        {company} ordered {n} {thing} from a yard in {place}
        rates for {thing} from {place} {moved} by {pct} pct
        a tanker with {n} 000 tonnes ran aground near {place}
    """,
    "figure": """
        {thing} in {place} {moved} {pct} pct in {month} the government said
        {place} {thing} {moved} a seasonally adjusted {pct} pct from {month}
        {thing} {moved} to {n} {n} billion from a revised {n} {n} billion
        economists had expected {thing} of {place} to be {level} in {month}
        the statistics office put {thing} at {n} {n} against {n} {n} a year ago
        the finance minister of {place} said {thing} would improve in 1987
        a bill on {thing} goes to the senate of {place} in {month}
    """,
    "money": """
        dealers in {place} said {thing} {moved} on the day
        the central bank gave the market {n} mln and left {thing} alone
        {thing} {moved} to {n} {n} in {place} after the meeting of the group of seven
        the bundesbank sees no reason to act on {thing}
        {name} bank set its {thing} at {pct} pct from {pct}
        the treasury secretary said {thing} should be stable
    """,
    "company": """
        {company} said its {thing} {moved} in the quarter
        {company} sees {thing} of {n} {n} mln dlrs in 1987
        the board of {company} met on the {thing}
        analysts said the {thing} of {company} was no surprise
    """,
}
# What only newswires of one topic have.
RESULTS = """
    shr {n} cts vs {n} cts net {n} {n} 000 vs {n} {n} 000 revs {n} {n} mln vs {n} {n} mln
    oper shr loss {n} cts vs profit {n} cts oper net loss {n} 000 vs profit {n} 000 avg shrs {n} {n} mln vs {n} {n} mln
    qtly div {n} cts vs {n} cts prior pay {month} {day} record {month} {day}
    year shr {n} dlrs vs {n} dlrs net {n} {n} mln vs {n} {n} mln
    {company} said its profit {moved} {pct} pct on higher sales
    {company} expects to report a loss of {n} cts a share
"""
DEALS = """
    {company} said it agreed to buy {other} for {n} {n} mln dlrs
    {company} holds {pct} pct of the common stock of {other} it told the securities and exchange commission
    {company} began a tender offer at {n} dlrs a share for all shares of {other}
    {company} will sell its {name} unit to {other} for an undisclosed sum
    shareholders of {company} approved the merger with {other}
    an investor group led by {person} raised its stake in {company}
"""
ASIDE = """
    {person} of {company} said the figures were in line with forecasts
    a spokesman for {company} declined to comment
    the announcement came after the close of trade on {month} {day}
    officials said a decision was likely by {month}
    no further details were given
    {person} told reporters that talks would go on in {month}
    traders said the market had expected as much
    {company} shares {moved} {n} cents to {n} dlrs
    the ministry said {person} would report to parliament in {month}
    it was the first time in {n} years
    the company employs {n} 000 people in {country} and {country}
    a source in {country} said the outlook was uncertain
    imports of {country} and {country} were not included
    {company} said prices and output would be reviewed
"""
COUNTRIES = """
    france/japan/italy/britain/west germany/canada/brazil/argentina/mexico/india/china/egypt/spain/belgium/sweden/austria/
    turkey/indonesia/australia/the u s/the soviet union
"""
MOVED = ("rose", "fell", "climbed", "dropped", "gained", "slipped", "eased", "jumped", "declined")
LEVELS = ("unchanged", "higher", "lower", "steady")
MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november"),
    "december",
)
SYLLABLES = """
    an/bel/bran/cal/cor/dex/dor/ent/fal/gan/gen/har/hol/ind/kel/lan/lin/mar/mer/nor/oc/pan/pet/quin/ram/ren/sal/sta/tel/
    tran/uni/val/ven/wes/zen
"""
FORMS = ("inc", "corp", "co", "ltd", "plc", "industries", "group", "holdings")
TITLES = ("chairman", "president", "minister", "analyst", "economist", "mr")


def _listed(text: str, between: str = "/") -> tuple[str, ...]:
    return tuple(" ".join(entry.split()) for entry in text.strip().split(between))


def _topics() -> dict[str, Topic]:
    found = {}
    for row in _listed(TABLE, "\n"):
        first, things, places = row.split(";")
        name, family, share = first.split()
        found[name] = Topic(family, int(share), _listed(things), _listed(places))
    return found


TOPICS = _topics()
SENTENCES = {family: _listed(phrases, "\n") for family, phrases in PHRASES.items()}
OF_ONE = {"earn": _listed(RESULTS, "\n"), "acq": _listed(DEALS, "\n")}
ASIDE_SENTENCES, LANDS, PARTS_OF_NAMES = _listed(ASIDE, "\n"), _listed(COUNTRIES), _listed(SYLLABLES)
KIN = {name: [other for other in TOPICS if TOPICS[other].family == topic.family] for name, topic in TOPICS.items()}


def generate(folder: Path, seed: int, progress: bool) -> None:
    """See `course_utils.synthetic.generate`; it takes a second or two, so there is no bar."""
    rng = random.Random(seed)
    known: set[str] = set()
    for part, count in COUNTS.items():
        lines = []
        for topic in topics(rng, count, FEWEST[part]):
            while (text := newswire(rng, topic)) in known:
                pass
            known.add(text)
            lines.append(f"{topic}\t{text}\n")
        (folder / f"{part}.txt").write_text("".join(lines), encoding="utf-8", newline="\n")


def topics(rng: random.Random, count: int, fewest: int) -> list[str]:
    """The topics of `count` newswires in random order: each at least `fewest` times, and the rest by their shares."""
    chosen = [*TOPICS] * fewest
    chosen += rng.choices([*TOPICS], [topic.share for topic in TOPICS.values()], k=count - len(chosen))
    rng.shuffle(chosen)
    return chosen


def newswire(rng: random.Random, topic: str) -> str:
    """A newswire on a topic, in lower case and without punctuation, as the real ones are published."""
    shortest, longest = (1, 5) if topic == "earn" else (2, 9)
    names = [company(rng), company(rng)]
    sentences = [sentence(rng, topic, names) for _ in range(rng.randint(shortest, longest))]
    if rng.random() < LEADS:
        sentences[0] = about(rng, topic, names)
    return " ".join([*dict.fromkeys(sentences), "reuter 3"])


def sentence(rng: random.Random, topic: str, names: list[str]) -> str:
    """A sentence of a newswire on a topic: about it, about another one, or about none; `names` are its two companies."""
    if rng.random() < ASIDES:
        return filled(rng, rng.choice(ASIDE_SENTENCES), topic, names)
    meant = (topic, rng.choice(KIN[topic]), rng.choice([*TOPICS]))
    (chosen,) = rng.choices(meant, (OWN, KINDRED, 1 - OWN - KINDRED))
    return about(rng, chosen, names)


def about(rng: random.Random, topic: str, names: list[str]) -> str:
    """A sentence about a topic, in its family's phrases or in those that only this topic has."""
    phrases = OF_ONE.get(topic, ()) if rng.random() < 0.7 else ()
    return filled(rng, rng.choice(phrases or SENTENCES[TOPICS[topic].family]), topic, names)


def filled(rng: random.Random, phrase: str, topic: str, names: list[str]) -> str:
    """A phrase with words in place of what stands in braces."""
    draw: dict[str, Callable[[], str]] = {
        "thing": lambda: rng.choice(TOPICS[topic].things),
        "place": lambda: rng.choice(TOPICS[topic].places if rng.random() < 0.6 else LANDS),
        "country": lambda: rng.choice(LANDS),
        "company": lambda: names[0],
        "other": lambda: names[1],
        "person": lambda: f"{rng.choice(TITLES)} {name(rng)}",
        "name": lambda: name(rng),
        "moved": lambda: rng.choice(MOVED),
        "level": lambda: rng.choice(LEVELS),
        "month": lambda: rng.choice(MONTHS),
        "day": lambda: str(rng.randint(1, 28)),
        "pct": lambda: f"{rng.randint(0, 19)} {rng.randint(1, 9)}",
        "n": lambda: str(rng.randint(1, 9 if rng.random() < 0.5 else 999)),
    }
    return re.sub(r"\{(\w+)\}", lambda slot: draw[slot[1]](), phrase)


def name(rng: random.Random) -> str:
    """An invented name of two or three syllables."""
    return "".join(rng.sample(PARTS_OF_NAMES, rng.choice((2, 2, 3))))


def company(rng: random.Random) -> str:
    """An invented company's name."""
    return f"{name(rng)} {rng.choice(FORMS)}"
