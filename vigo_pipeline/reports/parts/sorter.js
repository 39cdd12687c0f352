"use strict";
// Sorts a table by a column: by its heading, or on a phone by a list. All can be read without.
{
  const ALVOR = ["FATAL", "FEIL", "ADVARSEL", "INFO"];
  const norsk = new Intl.Collator("nb", { numeric: true });
  // A small count that is concealed is more than none, and less than those that are shown.
  const tall = (tekst) =>
    Number(tekst.replace(/\s/g, "").replace(",", ".").replace("\u2212", "-").replace("<5", "2.5"));
  const dag = /^(\d\d)\.(\d\d)\.(\d{4})/;

  const compare = (a, b, erTall) => {
    if (erTall && !Number.isNaN(tall(a) - tall(b))) return tall(a) - tall(b);
    if (ALVOR.includes(a) && ALVOR.includes(b)) return ALVOR.indexOf(a) - ALVOR.indexOf(b);
    return norsk.compare(a.replace(dag, "$3$2$1"), b.replace(dag, "$3$2$1"));
  };

  const sort = (tabell, nr, retning) => {
    const overskrifter = [...tabell.tHead.rows[0].cells];
    const erTall = overskrifter[nr].classList.contains("tall");
    const celle = (rad) => rad.cells[nr].textContent.trim();
    const rader = [...tabell.tBodies[0].rows];
    // What is blank or not shown comes last, whichever way.
    const uten = (rad) => Number(["", ":"].includes(celle(rad)));
    rader.sort(
      (a, b) => uten(a) - uten(b) || retning * compare(celle(a), celle(b), erTall),
    );
    tabell.tBodies[0].append(...rader);
    overskrifter.forEach((th) => th.removeAttribute("aria-sort"));
    overskrifter[nr].setAttribute("aria-sort", retning > 0 ? "ascending" : "descending");
  };

  const headings = (tabell) =>
    [...tabell.tHead.rows[0].cells].map((th, nr) => {
      const tittel = th.textContent;
      const knapp = document.createElement("button");
      knapp.type = "button";
      knapp.className = "sorter";
      knapp.textContent = tittel;
      knapp.addEventListener("click", () =>
        sort(tabell, nr, th.getAttribute("aria-sort") === "ascending" ? -1 : 1),
      );
      th.replaceChildren(knapp);
      return tittel;
    });

  const list = (tabell, titler, navn) => {
    const hele = document.createElement("label");
    const valg = document.createElement("select");
    valg.append(new Option("slik den er laget", ""));
    titler.forEach((tittel, nr) => valg.append(new Option(tittel, nr)));
    const laget = [...tabell.tBodies[0].rows];
    valg.addEventListener("change", () =>
      valg.value === "" ? tabell.tBodies[0].append(...laget) : sort(tabell, Number(valg.value), 1),
    );
    hele.className = "sortervalg";
    hele.append(`Sorter «${navn}» etter `, valg);
    return hele;
  };

  document.querySelectorAll(".tabell").forEach((boks) => {
    const tabell = boks.querySelector("table");
    if (tabell.tBodies[0].rows.length < 2) return;
    boks.before(list(tabell, headings(tabell), boks.getAttribute("aria-label")));
  });
}
