"""The first files of a delivery: a spec, a query and a suite that hold together as they are."""

from vigo_pipeline.contract.grensesnitt import Post
from vigo_pipeline.engine.register import Register
from vigo_pipeline.specs.nytt.skriv import Nytt, demand_collection, demand_name, listed, template


def new_delivery(register: Register, stamme: str, samling: str) -> Nytt:
    """Return the files of a delivery of the key of a collection's first table.

    Raises:
        Refused: the name cannot be used, or the collection is none.
    """
    demand_name(register, stamme)
    demand_collection(register, samling)
    post = main_line(register, samling)
    verdier = {"stamme": stamme, "samling": samling, "tabell": post.tabell, **_columns(post)}
    nytt, assets = Nytt(), register.assets / "leveranser"
    spek = template("leveranse.toml", **verdier)
    nytt.make(assets / f"{stamme}.toml", spek, "hva den er: mottaker, kolonner, fil")
    sql = template("leveranse.sql", **verdier)
    nytt.make(assets / f"{stamme}.sql", sql, "spørringen: hvor hver rad kommer fra")
    suite = template("leveranse_regler.toml", **verdier)
    nytt.make(register.expectations / "leveranser" / f"{stamme}.toml", suite, "hva som må gjelde")
    return nytt


def main_line(register: Register, samling: str) -> Post:
    """Return the first line type of a collection that is of a skoleår: a person alone is not."""
    poster = register.innsamlinger[samling].tabellposter
    return next(p for p in poster if "skoleaar" in p.noekkel)


def _columns(post: Post) -> dict[str, object]:
    """Return what differs with the table: its key, and how a row's fylke is known."""
    plass = {k.variabel: k for k in post.i_bruk}
    i_noekkelen = "avgiverfylke" in post.noekkel
    med_skoler = not i_noekkelen and "skolenr" in post.importert
    fylke = (
        f"if({post.tabell}.avgiver similar to '\\d\\d', {post.tabell}.avgiver, skole.fylkesnr)"
        if med_skoler
        else f"{post.tabell}.avgiver"
    )
    return {
        "kode": post.kode,
        "noekkel": listed(post.noekkel),
        "leser": listed(post.noekkel),
        "kolonner": [plass[n] for n in post.noekkel],
        "kontrollkolonner": "" if i_noekkelen else listed(["avgiverfylke"]),
        "fylke": "" if i_noekkelen else fylke,
        "med_skoler": med_skoler,
        "person": "fnr" in post.noekkel,
    }
