"""What Dagster calls what is of no flow: a flow is a job by its name, and has none.

They stand here, and not where each is used, because specs are looked through without Dagster.
"""

ASSETS = KODEVERK, KVITTERINGER, NETTSTED, RYDDING, KOPI, VERIFISERING = (
    *("kodeverk", "kvitteringer", "nettsted", "rydding", "sikkerhetskopi", "verifisering"),
)
JOBBER = FRISTER, OT, OT_EKSPORT, SAMMENDRAG, SKOLEAARET, VARSLING = (
    *("frister", "overfoering_ot", "overfoering_ot_eksport", "sammendrag", "skoleaaret"),
    "varsling",
)
# Each of these makes one of the assets, or a check of it, and nothing else.
EGNE_JOBBER = HENT_KODEVERK, HENT_KVITTERINGER, PROEV_KOPI, RYDD, TA_KOPI, VERIFISER = (
    *("hent_kodeverk", "hent_kvitteringer", "proev_sikkerhetskopi", "rydd", "ta_sikkerhetskopi"),
    "verifiser",
)
STEG = EKSPORTER_OT, RUNDENE, SE_FRISTER, SEND_SAMMENDRAG, SEND_VARSLER = (
    *("eksporter_ot_linjer", "rundene", "se_frister", "send_sammendrag", "send_varsler"),
)
NAVN = frozenset({*ASSETS, *JOBBER, *EGNE_JOBBER, *STEG})


def taken(flyt: str) -> str:
    """Return in words that the name of a flow is one of these; blank when it is not.

    >>> taken("frister"), taken("juni")
    ('«frister» er navnet på noe annet i Dagster, som da ikke kan lastes. Velg et annet navn.', '')
    """
    if flyt not in NAVN:
        return ""
    return f"«{flyt}» er navnet på noe annet i Dagster, som da ikke kan lastes. Velg et annet navn."
