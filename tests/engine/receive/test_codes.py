"""A code outside its list: it proves that a line is wrong only where the list proves anything."""

from pathlib import Path

import pytest

from vigo_pipeline.engine.receive.receive import artefact, folder, receive
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.store import Partisjon, read_table

EXAMPLES = Path(__file__).parents[2] / "examples" / "innrapportering"
REGISTER = Register.installed()
RUNDE = Partisjon("2025-2026", "1-levering")
VEDTAK = "$RV;20252026;03;V-1;20250320;{};J"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("samling", "linje", "kode", "funn"),
    [
        pytest.param("voksen", VEDTAK, "R", None, id="rekvalifisering, § 18-4"),
        pytest.param("voksen", VEDTAK, "T", None, id="without a right, § 18-5"),
        pytest.param(
            *("voksen", VEDTAK, "Q", ("FIL-020", "ADVARSEL", "voksenrettstype", "koden er «Q»")),
            id="no code of the project's own list of decisions",
        ),
        pytest.param(
            *("voksen", VEDTAK, "7", ("FIL-020", "ADVARSEL", "voksenrettstype", None)),
            id="nothing that is written as a code is",
        ),
        pytest.param(
            *("voksen", "$RK;20252026;03;V-1;NOR1260;20250401;{};", "XX"),
            ("FIL-020", "ADVARSEL", "rkv_resultat", "koden er «XX»"),
            id="no code of the project's own list of results",
        ),
        pytest.param(
            *("voksen", "$IV;20252026;03;V-1;20250601;{};", "X"),
            ("FIL-020", "FEIL", "utfall", "koden er «X»"),
            id="neither J nor N, a list that is confirmed",
        ),
    ],
)
def test_an_unknown_code_is_told_and_kept_where_the_list_proves_nothing(
    samling: str, linje: str, kode: str, funn: tuple[str | None, ...] | None, tmp_path: Path
) -> None:
    oppsett = Innstillinger(hjem=tmp_path, inn=tmp_path)
    innsamling = REGISTER.innsamlinger[samling]
    linjer = (EXAMPLES / samling / "grunnfil.txt").read_text("utf-8").splitlines()
    [nr] = [n for n, tekst in enumerate(linjer) if tekst[:3] == linje[:3]]
    linjer[nr] = linje.format(kode)
    drop = folder(innsamling, RUNDE, "03", oppsett)
    drop.mkdir(parents=True)
    (drop / "fil.txt").write_bytes("".join(f"{x}\r\n" for x in linjer).encode("iso-8859-1"))
    regler = REGISTER.regler("innrapportering", samling, RUNDE.skoleaar)
    mottak = receive(innsamling, regler, RUNDE, "03", oppsett)
    sagt = [
        (f["fil"], f["linje"], f["regel"], f["alvor"], f["kolonne"], f["detalj"])
        for f in mottak.funn.to_pylist()
        if f["linje"] == nr + 1
    ]
    assert sagt == ([("fil.txt", nr + 1, *funn)] if funn else [])
    post = next(p for p in innsamling.tabellposter if p.kode == linje[:3])
    rader = read_table(artefact(innsamling, RUNDE, "03", oppsett) / f"{post.tabell}.parquet", "x")
    avvist = funn is not None and funn[1] == "FEIL"
    assert rader.num_rows == (0 if avvist else 1)
