"""Names of analytes and of their groups, in the language of whoever reads them."""

from cm_tracker.domain.schedules.analytes import title_of
from cm_tracker.i18n import gettext, marked

_TITLES = (
    marked("Stimulants"), marked("Cocaine"), marked("Amphetamine"), marked("Methamphetamine"), marked("MDMA"),
    marked("Cathinones"), marked("Opioids"), marked("Opiates"), marked("Morphine"), marked("Heroin"),
    marked("Hydrocodone"), marked("Oxycodone"), marked("Fentanyl"), marked("Methadone"),
    marked("EDDP (methadone metabolite)"), marked("Buprenorphine"), marked("Tramadol"), marked("Propoxyphene"),
    marked("THC"), marked("Synthetic cannabinoids"), marked("Benzodiazepines"), marked("Barbiturates"),
    marked("Sedatives"), marked("PCP"), marked("Tricyclic antidepressants"), marked("Ketamine"), marked("Gabapentin"),
    marked("Xylazine"), marked("Kratom"), marked("Alcohol"), marked("EtG (alcohol metabolite)"),
    marked("Cotinine (nicotine metabolite)"),
)  # fmt: skip


def title(name: str) -> str:
    """Return the name of an analyte as people write it. An older schedule may have a name that is not in the list."""
    return gettext(title_of(name))


def in_sentence(name: str) -> str:
    """Return the name of an analyte for the middle of a sentence: cocaine, but THC."""
    said = title(name)
    return said[0].lower() + said[1:] if said.split()[0][1:].islower() else said
