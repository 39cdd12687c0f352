"""The form of what lies beside a round's rows; the steps that fill it in say how."""

import pyarrow as pa

# One row per pupil, or other unit, that a school or an avgiver had earlier in the round and lacks
# now; and one per unit and line type (``kolonne``) that is there still, with fewer lines. ``foer``,
# ``naa`` and ``borte`` are how many units, or lines, there were then, are now and are gone, and
# ``enheter`` of how many units. ``mot``: the file they are held against; ``merknad``: it in words.
KRYMPET = pa.schema(
    [pa.field("rad", pa.int64())]
    + [pa.field(n, pa.string()) for n in ("avgiverfylke", "skolenr", "fnr", "enhet")]
    + [pa.field(n, pa.string()) for n in ("kolonne", "mot")]
    + [pa.field(n, pa.int64()) for n in ("foer", "naa", "borte", "enheter")]
    + [pa.field("merknad", pa.string())]
)
# Who has reported in a round, and where every row read went: the tables beside a round's rows.
MOTTATT = pa.schema(
    [
        ("rad", pa.int64()),
        ("fylke", pa.string()),
        ("har_rapportert", pa.bool_()),
        ("avviste_filer", pa.int64()),
    ]
)
TALL = ("lest", "avvist", "slaatt_sammen", "godtatt", "i_sentralbasen")
REGNSKAP_INN = pa.schema(
    [
        ("rad", pa.int64()),
        ("fylke", pa.string()),
        ("tabell", pa.string()),
        *((n, pa.int64()) for n in TALL),
    ]
)
