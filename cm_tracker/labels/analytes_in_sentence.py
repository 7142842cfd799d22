"""The names of analytes in the middle of a sentence, listed for the catalogs: `analytes.in_sentence` makes them."""

from cm_tracker.i18n import marked

IN_SENTENCE = frozenset(
    {
        marked("stimulants"),
        marked("cocaine"),
        marked("amphetamine"),
        marked("methamphetamine"),
        marked("MDMA"),
        marked("cathinones"),
        marked("opioids"),
        marked("opiates"),
        marked("morphine"),
        marked("heroin"),
        marked("hydrocodone"),
        marked("oxycodone"),
        marked("fentanyl"),
        marked("methadone"),
        marked("EDDP (methadone metabolite)"),
        marked("buprenorphine"),
        marked("tramadol"),
        marked("propoxyphene"),
        marked("THC"),
        marked("synthetic cannabinoids"),
        marked("benzodiazepines"),
        marked("barbiturates"),
        marked("sedatives"),
        marked("PCP"),
        marked("tricyclic antidepressants"),
        marked("ketamine"),
        marked("gabapentin"),
        marked("xylazine"),
        marked("kratom"),
        marked("alcohol"),
        marked("EtG (alcohol metabolite)"),
        marked("cotinine (nicotine metabolite)"),
    }
)
