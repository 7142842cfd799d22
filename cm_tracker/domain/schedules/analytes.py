"""The analytes that a test can look for: the one list for schedules, panels and imports.

An analyte has one name, which schedules, panels and results use, and synonyms that people and laboratories use for it:
a urine test for cocaine finds benzoylecgonine. A **group** stands for several analytes. It is positive where one of
them is, and negative where all of them are.

The list is checked when a schedule is published and when a panel is added. Versions that were published before are
never checked again. A name is stored with every result, so it never changes and is never removed.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cm_tracker.domain.errors import Problem
from cm_tracker.domain.phrases import Phrase, phrase

NEGATIVE, POSITIVE, PENDING = "negative", "positive", "pending"


@dataclass(frozen=True, slots=True)
class Analyte:
    """An analyte, or a group if it has `members`. `title` is its name as people write it."""

    name: str
    title: str
    synonyms: tuple[str, ...] = ()
    members: tuple[str, ...] = ()


ANALYTES = (
    Analyte("stimulant", "Stimulants", ("stimulant",), ("amphetamine", "cocaine", "methamphetamine")),
    Analyte("cocaine", "Cocaine", ("benzoylecgonine", "COC", "BZE", "crack")),
    Analyte("amphetamine", "Amphetamine", ("amphetamines", "AMP")),
    Analyte("methamphetamine", "Methamphetamine", ("MET", "mAMP", "crystal meth")),
    Analyte("mdma", "MDMA", ("ecstasy", "molly")),
    Analyte("cathinone", "Cathinones", ("cathinone", "bath salts")),
    Analyte(
        "opioid",
        "Opioids",
        ("opioid",),
        ("fentanyl", "heroin", "hydrocodone", "morphine", "opiate", "oxycodone"),
    ),
    Analyte("opiate", "Opiates", ("opiate", "OPI")),
    Analyte("morphine", "Morphine", ("MOP",)),
    Analyte("heroin", "Heroin", ("6-acetylmorphine", "6-MAM", "6-AM")),
    Analyte("hydrocodone", "Hydrocodone", ("HYD",)),
    Analyte("oxycodone", "Oxycodone", ("OXY", "oxymorphone")),
    Analyte("fentanyl", "Fentanyl", ("norfentanyl", "FEN", "FYL")),
    Analyte("methadone", "Methadone", ("MTD",)),
    Analyte("eddp", "EDDP (methadone metabolite)", ("EDDP", "methadone metabolite")),
    Analyte("buprenorphine", "Buprenorphine", ("norbuprenorphine", "BUP")),
    Analyte("tramadol", "Tramadol", ("TRA", "TML")),
    Analyte("propoxyphene", "Propoxyphene", ("PPX",)),
    Analyte("thc", "THC", ("cannabis", "marijuana", "cannabinoids")),
    Analyte("synthetic-cannabinoid", "Synthetic cannabinoids", ("K2", "spice")),
    Analyte("benzodiazepine", "Benzodiazepines", ("benzodiazepine", "BZO")),
    Analyte("barbiturate", "Barbiturates", ("barbiturate", "BAR")),
    Analyte("sedative", "Sedatives", ("sedative",)),
    Analyte("phencyclidine", "PCP", ("phencyclidine",)),
    Analyte("tricyclic", "Tricyclic antidepressants", ("TCA",)),
    Analyte("ketamine", "Ketamine", ("KET",)),
    Analyte("gabapentin", "Gabapentin", ("GAB",)),
    Analyte("xylazine", "Xylazine", ("XYL",)),
    Analyte("kratom", "Kratom", ("mitragynine", "KRA")),
    Analyte("alcohol", "Alcohol", ("ethanol", "ALC")),
    Analyte("etg", "EtG (alcohol metabolite)", ("EtG", "ethyl glucuronide")),
    Analyte("cotinine", "Cotinine (nicotine metabolite)", ("COT", "nicotine")),
)

BY_NAME: Mapping[str, Analyte] = {analyte.name: analyte for analyte in ANALYTES}
GROUPS: Mapping[str, tuple[str, ...]] = {one.name: one.members for one in ANALYTES if one.members}


def plain_word(text: str) -> str:
    """Return a word as names and synonyms are compared: without capitals, and with one space for spaces and lines."""
    return " ".join(text.replace("_", " ").replace("-", " ").split()).casefold()


_BY_WORD: Mapping[str, str] = {
    plain_word(word): one.name for one in ANALYTES for word in (one.name, one.title, *one.synonyms)
}


def find(word: str) -> Analyte | None:
    """Return the analyte or group that a word names by its name, title or a synonym. Return None for another word."""
    name = _BY_WORD.get(plain_word(word))
    return None if name is None else BY_NAME[name]


def title_of(name: str) -> str:
    """Return the name of an analyte as people write it. An older schedule may have a name that is not in the list."""
    known = BY_NAME.get(name)
    return known.title if known is not None else name.replace("_", " ").replace("-", " ").capitalize()


def in_sentence(name: str) -> Phrase:
    """Return the name of an analyte for the middle of a sentence: cocaine, but THC."""
    title = title_of(name)
    is_word = title.split()[0][1:].islower()
    return phrase(title[0].lower() + title[1:] if is_word else title)


def analyte_problems(document: Any) -> tuple[Problem, ...]:
    """Return a problem for each analyte of a schedule document that is not in the list, with its path.

    Everything else about the document is checked by `schedules.check`; what has the wrong type is left to it.
    """
    found = []
    for path, words in _named_in(document):
        for n, word in enumerate(words):
            if isinstance(word, str) and word.strip() and word not in BY_NAME:
                known = find(word)
                says = (
                    phrase(
                        'is "%(word)s", which is in the list of analytes as "%(name)s". Write that.',
                        word=word,
                        name=known.name,
                    )
                    if known is not None
                    else phrase(
                        'is "%(word)s", which is not in the list of analytes. Choose one of the list.', word=word
                    )
                )
                found.append(Problem(f"{path}[{n}]", says))
    return tuple(found)


def _named_in(document: Any) -> Iterator[tuple[str, list[Any]]]:
    """Yield the path of each list of analytes in a schedule document, and the list."""
    tracks = document.get("tracks") if isinstance(document, dict) else None
    for n, track in enumerate(tracks if isinstance(tracks, list) else ()):
        if not isinstance(track, dict):
            continue
        side, phases = track.get("side_bonus"), track.get("phases")
        of_phases = (
            (f"tracks[{n}].phases[{p}].target", phase.get("target"))
            for p, phase in enumerate(phases if isinstance(phases, list) else ())
            if isinstance(phase, dict)
        )
        for path, words in (
            (f"tracks[{n}].target", track.get("target")),
            *of_phases,
            (f"tracks[{n}].side_bonus.also_negative", side.get("also_negative") if isinstance(side, dict) else None),
        ):
            if isinstance(words, list):
                yield path, words


def group_result(members: Iterable[str | None]) -> str | None:
    """Return the result of a group from those of its members: positive if one is, then pending if one is, and negative
    only if all are. Return None where that is not known.
    """
    results = list(members)
    if POSITIVE in results:
        return POSITIVE
    if None in results or not results:
        return None
    return PENDING if PENDING in results else NEGATIVE
