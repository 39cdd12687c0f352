"""What Dagster calls what is of no flow: a flow is a job by its name, and has none.

They stand here, and not where each is used, because specs are looked through without Dagster.
"""

# Assets.
KODEVERK = "kodeverk"
KOPI = "sikkerhetskopi"
KVITTERINGER = "kvitteringer"
NETTSTED = "nettsted"
RYDDING = "rydding"
VERIFISERING = "verifisering"
ASSETS = (KODEVERK, KOPI, KVITTERINGER, NETTSTED, RYDDING, VERIFISERING)

# Jobs that make one of the assets, or a check of it, and nothing else.
HENT_KODEVERK = "hent_kodeverk"
HENT_KVITTERINGER = "hent_kvitteringer"
PROEV_KOPI = "proev_sikkerhetskopi"
RYDD = "rydd"
TA_KOPI = "ta_sikkerhetskopi"
VERIFISER = "verifiser"
EGNE_JOBBER = (HENT_KODEVERK, HENT_KVITTERINGER, PROEV_KOPI, RYDD, TA_KOPI, VERIFISER)

# All other jobs.
FRISTER = "frister"
OT = "overfoering_ot"
OT_EKSPORT = "overfoering_ot_eksport"
SAMMENDRAG = "sammendrag"
SKOLEAARET = "skoleaaret"
VARSLING = "varsling"
JOBBER = (FRISTER, OT, OT_EKSPORT, SAMMENDRAG, SKOLEAARET, VARSLING)

# Steps that are called otherwise than what they make.
EKSPORTER_OT = "eksporter_ot_linjer"
RUNDENE = "rundene"
SE_FRISTER = "se_frister"
SEND_SAMMENDRAG = "send_sammendrag"
SEND_VARSLER = "send_varsler"
STEG = (EKSPORTER_OT, RUNDENE, SE_FRISTER, SEND_SAMMENDRAG, SEND_VARSLER)

NAVN = frozenset({*ASSETS, *EGNE_JOBBER, *JOBBER, *STEG})


def taken(flyt: str) -> str:
    """Return in words that the name of a flow is one of these; blank when it is not.

    >>> taken("frister"), taken("juni")
    ('«frister» er navnet på noe annet i Dagster, som da ikke kan lastes. Velg et annet navn.', '')
    """
    if flyt not in NAVN:
        return ""
    return f"«{flyt}» er navnet på noe annet i Dagster, som da ikke kan lastes. Velg et annet navn."
