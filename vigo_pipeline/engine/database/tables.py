"""The Sentralbase's tables: posts with history, and the ledger of what was loaded and judged."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from vigo_pipeline.contract.grensesnitt import Post, tabellposter
from vigo_pipeline.contract.variabel import variabler

metadata = sa.MetaData()


def _column(navn: str, *, nullable: bool) -> sa.Column[object]:
    typer: dict[str, sa.types.TypeEngine[Any]] = {
        "tekst": sa.Text(),
        "fnr": sa.Text(),
        "heltall": sa.Integer(),
        "dato": sa.Date(),
    }
    return sa.Column(navn, typer[variabler()[navn].type], nullable=nullable)


def contract_columns(post: Post) -> list[sa.Column[object]]:
    """Return fresh columns for what VIGO keeps of a post."""
    return [_column(n, nullable=n not in post.noekkel) for n in post.importert]


def _versioned(post: Post) -> sa.Table:
    """Make a system-versioned table: a row carries the innlesing that brought and that ended it."""
    return sa.Table(
        post.tabell,
        metadata,
        *contract_columns(post),
        sa.Column("avgiver", sa.Text, nullable=False),
        sa.Column("kilde_hash", sa.BigInteger, nullable=False),
        sa.Column("innlest_av", sa.BigInteger, nullable=False),
        sa.Column("avsluttet_av", sa.BigInteger),
        sa.Index(
            f"{post.tabell}_gjeldende",
            *post.ordnet_noekkel,
            unique=True,
            postgresql_where=sa.text("avsluttet_av is null"),
        ),
        # Rows of one innlesing lie side by side, so the little that BRIN keeps is enough.
        sa.Index(f"{post.tabell}_innlest", "innlest_av", postgresql_using="brin"),
        sa.Index(
            f"{post.tabell}_avsluttet",
            "avsluttet_av",
            postgresql_where=sa.text("avsluttet_av is not null"),
        ),
        schema="sentralbase",
    )


def _texts(*navn: str) -> list[sa.Column[object]]:
    """Return fresh columns of text, none of which may be null."""
    return [sa.Column(n, sa.Text, nullable=False) for n in navn]


def _registered() -> sa.Column[object]:
    """Return a fresh column for when the ledger took a row."""
    naa = sa.func.now()
    return sa.Column("registrert", sa.DateTime(timezone=True), server_default=naa, nullable=False)


TABELLER: dict[str, sa.Table] = {p.tabell: _versioned(p) for p in tabellposter().values()}

innlesing = sa.Table(
    "innlesing",
    metadata,
    sa.Column("nr", sa.BigInteger, primary_key=True, autoincrement=False),
    *_texts("samling", "skoleaar", "runde", "avgiver"),
    sa.Column("skolenr", sa.Text),
    *_texts("filnavn", "sha256", "status"),
    sa.Column("regnskap", JSONB, nullable=False),
    _registered(),
    sa.Column("fildato", sa.Date),
    # What it brought and ended in each table (``radsum``); null where a version before kept none.
    sa.Column("radsummer", JSONB),
    schema="ledger",
)

dom = sa.Table(
    "dom",
    metadata,
    sa.Column("nr", sa.BigInteger, sa.Identity(), primary_key=True),
    *_texts("leveranse", "skoleaar", "runde", "rader_sha256", "regelsett"),
    sa.Column("bestaatt", sa.Boolean, nullable=False),
    sa.Column("resultat", JSONB, nullable=False),
    _registered(),
    sa.Column("hvem", sa.Text, nullable=False, server_default="ukjent"),
    sa.Column("hvem_id", sa.Text),
    sa.Index("dom_oppslag", "leveranse", "skoleaar", "runde", "rader_sha256"),
    schema="ledger",
)

lukking = sa.Table(
    "lukking",
    metadata,
    sa.Column("nr", sa.BigInteger, sa.Identity(), primary_key=True),
    *_texts("flyt", "skoleaar", "runde", "hendelse", "hvem", "grunn"),
    sa.Column("vannmerke", sa.BigInteger),
    _registered(),
    sa.Index("lukking_oppslag", "flyt", "skoleaar", "runde"),
    schema="ledger",
)

# The latest row of a number is what counts. ``radfil_sha256``: of the rows that the next round is
# made from; null where a version that did not keep it published.
publisering = sa.Table(
    "publisering",
    metadata,
    *_texts("leveranse", "skoleaar", "runde"),
    sa.Column("leveranse_nr", sa.Integer, nullable=False),
    sa.Column("manifest_sha256", sa.Text, nullable=False),
    _registered(),
    sa.Column("nr", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("radfil_sha256", sa.Text),
    sa.Index("publisering_oppslag", "leveranse", "skoleaar", "runde"),
    schema="ledger",
)

# What a step wrote for a partition; the latest row counts. ``filer``: sha256 by name.
artefakt = sa.Table(
    "artefakt",
    metadata,
    sa.Column("nr", sa.BigInteger, sa.Identity(), primary_key=True),
    *_texts("trinn", "stamme", "skoleaar", "runde"),
    sa.Column("filer", JSONB, nullable=False),
    sa.Column("vannmerke", sa.BigInteger, nullable=False),
    sa.Column("forrige", sa.Text),
    _registered(),
    sa.Index("artefakt_oppslag", "trinn", "stamme", "skoleaar", "runde"),
    schema="ledger",
)

# What a control of everything published came to; ``feil``: each in words, no person.
verifisering = sa.Table(
    "verifisering",
    metadata,
    sa.Column("nr", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("antall", sa.Integer, nullable=False),
    sa.Column("feil", JSONB, nullable=False),
    sa.Column("hvem", sa.Text, nullable=False),
    _registered(),
    schema="ledger",
)

utlevering = sa.Table(
    "utlevering",
    metadata,
    sa.Column("nr", sa.BigInteger, sa.Identity(), primary_key=True),
    *_texts("leveranse", "skoleaar", "runde"),
    sa.Column("leveranse_nr", sa.Integer, nullable=False),
    *_texts("hendelse", "fil_sha256", "rader_sha256", "regelsett", "hvem", "merknad"),
    _registered(),
    sa.Column("hvem_id", sa.Text),
    # Who it was sent to, or who acknowledged it; null when it is of them all, as an approval is,
    # and what was sent when a delivery had one receiver.
    sa.Column("mottaker", sa.Text),
    sa.Index("utlevering_oppslag", "leveranse", "skoleaar", "runde"),
    schema="ledger",
)

# A move of a file over a line (``engine/send/moves``), entered before what follows it is done.
# ``klartekst_sha256``: of what was published, ``sha256``: of what is sent. ``noekkel``: what it is
# encrypted to.
sending = sa.Table(
    "sending",
    metadata,
    sa.Column("nr", sa.BigInteger, sa.Identity(), primary_key=True),
    *_texts("leveranse", "skoleaar", "runde", "mottaker"),
    sa.Column("leveranse_nr", sa.Integer, nullable=False),
    *_texts("fil", "steg", "klartekst_sha256", "sha256", "noekkel"),
    sa.Column("antall_bytes", sa.BigInteger, nullable=False),
    sa.Column("forsoek", sa.Integer, nullable=False),
    *_texts("kanal", "sted", "hvem", "merknad"),
    _registered(),
    sa.Index("sending_oppslag", "leveranse", "skoleaar", "runde"),
    schema="ledger",
)

# A receipt as it came: from whom, the sha256 of its bytes, which are kept in the restricted folder,
# what it says and of what; of nothing that was sent, ``leveranse`` is blank and ``utfall`` says so.
kvittering = sa.Table(
    "kvittering",
    metadata,
    sa.Column("nr", sa.BigInteger, sa.Identity(), primary_key=True),
    *_texts("mottaker", "fil", "sha256", "utfall", "leveranse", "skoleaar", "runde"),
    sa.Column("leveranse_nr", sa.Integer, nullable=False),
    *_texts("referanse", "merknad"),
    _registered(),
    sa.Index("kvittering_en_gang", "mottaker", "sha256", unique=True),
    schema="ledger",
)

unntak = sa.Table(
    "unntak",
    metadata,
    sa.Column("nr", sa.BigInteger, sa.Identity(), primary_key=True),
    *_texts("leveranse", "skoleaar", "runde", "regel", "fylke"),
    sa.Column("maks_antall", sa.Integer, nullable=False),
    sa.Column("gjelder_til", sa.Date, nullable=False),
    *_texts("hvem", "grunn"),
    _registered(),
    sa.Index("unntak_oppslag", "leveranse", "skoleaar", "runde"),
    schema="ledger",
)

unntak_trukket = sa.Table(
    "unntak_trukket",
    metadata,
    sa.Column("nr", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("unntak", sa.BigInteger, nullable=False),
    sa.Column("hvem", sa.Text, nullable=False),
    _registered(),
    sa.Index("unntak_trukket_en_gang", "unntak", unique=True),
    schema="ledger",
)

# A row before an alert is sent, and one for what came of it; the index keeps two from sending it.
varsel = sa.Table(
    "varsel",
    metadata,
    sa.Column("nr", sa.BigInteger, sa.Identity(), primary_key=True),
    *_texts("flyt", "skoleaar", "runde"),
    sa.Column("frist", sa.Date, nullable=False),
    sa.Column("terskel", sa.Integer, nullable=False),
    *_texts("mottaker", "kanal", "tilstand"),
    _registered(),
    sa.Column("forsoek", sa.Integer, nullable=False, server_default="1"),
    sa.Index(
        "varsel_en_gang",
        *("flyt", "skoleaar", "runde", "frist", "terskel", "mottaker", "kanal"),
        *("forsoek", "tilstand"),
        unique=True,
    ),
    schema="ledger",
)

# A row before a digest is sent, and one for what came of it. ``stand``: what it tells, in counts:
# the next one tells what has changed since.
sammendrag = sa.Table(
    "sammendrag",
    metadata,
    sa.Column("nr", sa.BigInteger, sa.Identity(), primary_key=True),
    *_texts("mottaker", "kanal"),
    sa.Column("dag", sa.Date, nullable=False),
    sa.Column("forsoek", sa.Integer, nullable=False),
    sa.Column("tilstand", sa.Text, nullable=False),
    sa.Column("stand", JSONB, nullable=False),
    _registered(),
    sa.Index(
        "sammendrag_en_gang",
        *("mottaker", "kanal", "dag", "forsoek", "tilstand"),
        unique=True,
    ),
    schema="ledger",
)

# What was done with a fylke's lines to OT: made, looked through, exported. No persons.
# ``overfoering_nr``: which export of the fylke it is, 0 of the others. ``sha256``: of its file.
ot_overfoering = sa.Table(
    "ot_overfoering",
    metadata,
    sa.Column("nr", sa.BigInteger, sa.Identity(), primary_key=True),
    *_texts("fylke", "hendelse"),
    sa.Column("dato", sa.Date, nullable=False),
    sa.Column("overfoering_nr", sa.Integer, nullable=False),
    sa.Column("antall", sa.Integer, nullable=False),
    *_texts("utvalg", "sha256", "hvem", "merknad"),
    _registered(),
    sa.Index("ot_overfoering_oppslag", "fylke", "hendelse"),
    schema="ledger",
)

# Who asked for the card of a person, and why. ``person``: a keyed token, never a number.
# ``noekkel``: the key it is made with; null where a token was asked by, or a version before this.
innsyn = sa.Table(
    "innsyn",
    metadata,
    sa.Column("nr", sa.BigInteger, sa.Identity(), primary_key=True),
    *_texts("person", "hvem", "grunn"),
    sa.Column("vannmerke", sa.BigInteger, nullable=False),
    _registered(),
    sa.Column("noekkel", sa.Text),
    schema="ledger",
)

# Who was given a restricted document, or was refused it, entered before the first byte is given.
# ``personer``: the tokens of those it names, made with ``noekkel``. ``vei``: a shell or the page,
# and ``fra`` the address that asked there. ``sha256``: of the bytes, blank when none were given.
uthenting = sa.Table(
    "uthenting",
    metadata,
    sa.Column("nr", sa.BigInteger, sa.Identity(), primary_key=True),
    *_texts("utfall", "slag", "flyt", "skoleaar", "runde", "avgiver", "skolenr", "fil", "sha256"),
    sa.Column("personer", JSONB, nullable=False),
    *_texts("noekkel", "hvem", "hvem_id", "vei", "fra", "grunn"),
    _registered(),
    sa.Index("uthenting_person", "personer", postgresql_using="gin"),
    schema="ledger",
)

# A key of tokens that was taken into use or thrown away, by its id.
tokennoekkel = sa.Table(
    "tokennoekkel",
    metadata,
    sa.Column("nr", sa.BigInteger, sa.Identity(), primary_key=True),
    *_texts("hendelse", "noekkel", "hvem", "grunn"),
    _registered(),
    schema="ledger",
)

# What was deleted, and when all of it was gone (``fullfoert``). ``slag``: of oppbevaring.toml, or
# ``person`` by ``vedtak``; ``person``: a keyed token. ``detaljer``: ``engine/ledger/deletions``.
sletting = sa.Table(
    "sletting",
    metadata,
    sa.Column("nr", sa.BigInteger, sa.Identity(), primary_key=True),
    *_texts("hendelse", "slag", "skoleaar", "person", "vedtak", "hvem", "grunn"),
    sa.Column("dag", sa.Date, nullable=False),
    sa.Column("detaljer", JSONB, nullable=False),
    _registered(),
    schema="ledger",
)

# A link per row of the ledger. ``overtatt``: the row was there before the chain was.
kjede = sa.Table(
    "kjede",
    metadata,
    sa.Column("nr", sa.BigInteger, primary_key=True, autoincrement=False),
    *_texts("tabell", "noekkel", "innhold_sha256"),
    sa.Column("overtatt", sa.Boolean, nullable=False),
    *_texts("forrige", "hash"),
    schema="ledger",
)

# The application's seal on each link that it has made itself.
segl = sa.Table(
    "segl",
    metadata,
    sa.Column("kjede_nr", sa.BigInteger, primary_key=True, autoincrement=False),
    *_texts("noekkel", "segl"),
    schema="ledger",
)

# What is only added to, and whose rows are linked: a table that is listed here is protected when
# its migration has run. A column that is added to one later must be nullable and without a default,
# or rows that are linked already would no longer be what they were.
HOVEDBOK = (
    *(innlesing, dom, lukking, publisering, utlevering, unntak, unntak_trukket, varsel),
    *(artefakt, verifisering, sending, ot_overfoering, innsyn, kvittering, sammendrag),
    *(uthenting, tokennoekkel, sletting),
)
KJEDEN = (kjede, segl)

# Names persons, so it stands with the data and not in the ledger.
funn = sa.Table(
    "funn",
    metadata,
    sa.Column("nr", sa.BigInteger, sa.Identity(), primary_key=True),
    *_texts("flyt", "skoleaar", "trinn", "avgiver", "regel", "alvor", "skolenr", "fnr"),
    *_texts("programomraadekode", "fagkode", "kolonne", "fil", "foerst_runde"),
    sa.Column("foerst_dag", sa.Date, nullable=False),
    sa.Column("lukket_runde", sa.Text),
    sa.Column("lukket_dag", sa.Date),
    sa.Index("funn_oppslag", "flyt", "skoleaar"),
    schema="sentralbase",
)

# A line to OT as it was made, and below what has been done with it since: both are only added to.
ot_linje = sa.Table(
    "ot_linje",
    metadata,
    sa.Column("nr", sa.BigInteger, sa.Identity(), primary_key=True),
    *_texts("fylke", "fnr"),
    sa.Column("dato", sa.Date, nullable=False),
    *_texts("kode", "aarsaker"),
    sa.Column("siden", sa.Date),
    sa.Column("forklaring", sa.Text, nullable=False),
    sa.Column("kommunenr", sa.Text),
    sa.Column("foedselsaar", sa.Integer),
    sa.Column("rettstype", sa.Text),
    sa.Column("avbruddsdato", sa.Date),
    _registered(),
    sa.Index("ot_linje_oppslag", "fylke", "fnr"),
    schema="sentralbase",
)

# The latest row of a line is how it stands. ``overfoering_nr``: the export that took it.
ot_linjestatus = sa.Table(
    "ot_linjestatus",
    metadata,
    sa.Column("nr", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("linje", sa.BigInteger, nullable=False),
    *_texts("status", "enhet", "merknad", "hvem"),
    sa.Column("overfoering_nr", sa.Integer),
    sa.Column("dato", sa.Date, nullable=False),
    _registered(),
    sa.Index("ot_linjestatus_oppslag", "linje"),
    schema="sentralbase",
)

# Where machines share an object store: a mark of each folder of it that is another whenever
# something there is, so that what has not changed is not listed. No person.
lagring = sa.Table(
    "lagring",
    metadata,
    sa.Column("mappe", sa.Text, primary_key=True),
    *_texts("merke"),
    schema="sentralbase",
)
