"""Words that name a substance, in the languages of the clients. The kiosk shows none of them.

The list of analytes has abbreviations that are ordinary words, too (MET, BAR), so it is not used for this.
"""

import re

SUBSTANCE_WORDS = frozenset(
    ["alcohol", "amphetamine", "amphetamines", "anfetamina", "anfetaminas", "barbiturate", "barbiturates", "benzo", "benzos", "benzodiazepine", "benzodiazepines", "benzodiazepina", "benzodiazepinas", "buprenorphine", "buprenorfina", "cannabis", "cocaine", "cocaína", "coke", "crack", "cristal", "droga", "drogas", "drug", "drugs", "ecstasy", "éxtasis", "estimulante", "estimulantes", "fentanyl", "fentanilo", "gabapentin", "gabapentina", "hash", "heroin", "heroína", "hydrocodone", "hidrocodona", "ketamine", "ketamina", "kratom", "marihuana", "marijuana", "mdma", "meth", "metadona", "methadone", "methamphetamine", "metanfetamina", "morfina", "morphine", "naloxone", "naloxona", "nicotina", "nicotine", "opiate", "opiates", "opioid", "opioids", "opiáceo", "opiáceos", "opioide", "opioides", "oxicodona", "oxycodone", "pcp", "stimulant", "stimulants", "suboxone", "thc", "tramadol", "weed", "xanax", "xylazine", "xilacina"]
)  # fmt: skip


def substance_words(text: str) -> tuple[str, ...]:
    """Return the words of a text that name a substance, each once, in small letters."""
    words = re.findall(r"[^\W\d_]+", text.lower())
    return tuple(dict.fromkeys(word for word in words if word in SUBSTANCE_WORDS))
