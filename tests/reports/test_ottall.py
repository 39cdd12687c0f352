"""The figures of OT: shares that add up, the change of age range, small counts concealed."""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from vigo_pipeline.engine.derive.recipe import promised_schema
from vigo_pipeline.engine.errors import MissingInput
from vigo_pipeline.engine.partitions import UnknownPartition
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.reports.ottall import Tall, figures, shown, write
from vigo_pipeline.syntetisk.personnummer import pool

REGISTER = Register.installed()
SKJEMA = promised_schema(REGISTER.leveranser["otdata"])
SPOERRING = (REGISTER.assets / "rapporter" / "otdata.sql").read_text("utf-8")
# Year of birth, reason, status, contact: no day of contact is sent of those with OTOV.
UNGDOM = [
    *((2008, "OSON", "OTUK", "N"),) * 5,
    *((2006, "OESL", "OTOV", "N"),) * 3,
    *((2002, "OSNP", "OTAR", "J"),) * 2,
    *((2001, "OSON", "OTSY", "J"),) * 10,
]


def rows(*, i_maalgruppen: str = "J") -> pa.Table:
    rader = [
        {"rad": nr, "fnr": f"{pool(aar)[0][nr]:011d}", "avgiverfylke": "03" if nr % 2 else "18"}
        | {"tilmeldingsaarsak": aarsak, "ot_status": status, "kontakt_oppnaadd": kontakt}
        | {"i_maalgruppen": i_maalgruppen}
        for nr, (aar, aarsak, status, kontakt) in enumerate(UNGDOM, start=1)
    ]
    return pa.Table.from_pylist(rader, schema=SKJEMA)


def national(dag: date) -> dict[str, int]:
    return {t.hva: t.antall for t in figures(rows(), dag, SPOERRING) if t.fylke == "landet"}


def test_the_figures_are_those_that_udir_publishes() -> None:
    tall = national(date(2025, 11, 15))
    assert tall["i målgruppen"] == len(UNGDOM)
    assert tall["har ikke søkt"] == 15
    assert tall["uten kontakt"] == 5
    assert (tall["har sluttet"], tall["har takket nei"], tall["i aktivitet"]) == (3, 2, 2)
    # The ninth digit is even for a woman.
    niende = [int(fnr[8]) for fnr in rows()["fnr"].to_pylist()]
    jenter = sum(n % 2 == 0 for n in niende)
    assert (tall["jenter"], tall["gutter"]) == (jenter, len(UNGDOM) - jenter)
    assert jenter != len(UNGDOM) - jenter


def test_the_change_of_age_range_is_seen() -> None:
    tall = national(date(2025, 11, 15))
    assert tall["til og med 21 år, målgruppen før loven av 2024"] == 8
    assert tall["22 til 24 år, kom til med loven av 2024"] == 12
    assert tall["fyller 24 år i året og går ut ved nyttår"] == 10


def test_each_fylke_is_counted_and_they_come_to_the_nation() -> None:
    alle = figures(rows(), date(2025, 11, 15), SPOERRING)
    per = {t.fylke: t.antall for t in alle if t.hva == "i målgruppen"}
    assert per["03"] + per["18"] == per["landet"]


def test_who_is_not_in_the_target_group_is_not_counted() -> None:
    assert figures(rows(i_maalgruppen="N"), date(2025, 11, 15), SPOERRING) == []


def counts(*tall: Tall) -> list[str | int]:
    return [t["antall"] for t in shown(tall)]


def test_a_small_count_and_what_gives_it_away_are_concealed() -> None:
    assert counts(Tall("03", "jenter", 3, 20), Tall("03", "gutter", 17, 20)) == ["<5", ":"]
    assert counts(Tall("03", "jenter", 10, 20), Tall("03", "gutter", 10, 20)) == [10, 10]


def test_the_nation_less_the_others_does_not_give_a_small_count() -> None:
    fylker = {"03": (3, 17), "18": (12, 13), "46": (30, 40)}
    tall = [Tall("landet", "jenter", 45, 115), Tall("landet", "gutter", 70, 115)]
    for fylke, (jenter, gutter) in fylker.items():
        av = jenter + gutter
        tall += [Tall(fylke, "jenter", jenter, av), Tall(fylke, "gutter", gutter, av)]
    assert counts(*tall) == [45, 70, "<5", ":", ":", ":", 30, 40]


def test_a_fylke_with_few_shows_nothing_and_takes_another_with_it() -> None:
    hva = ("i målgruppen", "uten kontakt", "jenter")
    tall = [
        Tall(fylke, h, n, antall[0])
        for fylke, antall in {"03": (4, 0, 2), "18": (25, 8, 12), "46": (70, 20, 30)}.items()
        for h, n in zip(hva, antall, strict=True)
    ]
    assert counts(*tall) == ["<5", ":", "<5", ":", ":", ":", 70, 20, 30]
    assert [t["av"] for t in shown(tall)] == ["<5"] * 3 + [":"] * 3 + [70] * 3
    assert [t["andel"] for t in shown(tall)][:6] == [""] * 6


def test_a_round_that_is_not_made_names_the_command_and_one_that_is_none_is_refused(
    database: str, tmp_path: Path
) -> None:
    pipeline = Pipeline(REGISTER, Innstillinger(hjem=tmp_path, inn=tmp_path, database_url=database))
    kommando = "vigo kjoer ot --skoleaar 2025-2026 --runde november"
    with pytest.raises(MissingInput, match=kommando):
        write(pipeline, Partisjon("2025-2026", "november"))
    with pytest.raises(UnknownPartition, match="Mente du «november»"):
        write(pipeline, Partisjon("2025-2026", "novembr"))
    with pytest.raises(UnknownPartition, match="Runder: november, juni"):
        write(pipeline, Partisjon("2025-2026", "mars"))
    pipeline.engine.dispose()
