"use strict";
const felt = document.getElementById("filer");
const skjema = document.getElementById("skjema");
// The field takes what is dropped on it by itself; this is for the whole box.
for (const hva of ["dragover", "dragleave", "drop"]) {
  skjema.addEventListener(hva, (e) => {
    e.preventDefault();
    skjema.classList.toggle("over", hva === "dragover");
    if (hva === "drop" && e.dataTransfer.files.length) {
      felt.files = e.dataTransfer.files;
      skjema.requestSubmit();
    }
  });
}
// A round is chosen among those of the collection; where it has one only, there is nothing to choose.
const samling = document.getElementById("samling");
const runde = document.getElementById("runde");
const rundene = () => {
  let antall = 0;
  for (const valg of [...runde.options].slice(1)) {
    const med = !samling.value || valg.dataset.av.split(" ").includes(samling.value);
    valg.hidden = valg.disabled = !med;
    if (!med && valg.selected) runde.value = "";
    antall += med;
  }
  runde.parentElement.hidden = antall < 2;
  if (antall < 2) runde.value = "";
};
samling.addEventListener("input", rundene);
rundene();
for (const s of document.forms) {
  s.addEventListener("submit", () => {
    document.getElementById("venter").textContent = "Sjekker …";
  });
}
const svar = document.getElementById("svar");
if (svar) {
  svar.focus();
  const leit = document.getElementById("leit");
  const alvor = document.getElementById("alvor");
  const aarsaker = document.getElementById("aarsaker");
  const rader = [...document.querySelectorAll("#funnene tbody tr")];
  const hoder = [...document.querySelectorAll("#funnene thead th")].map((t) => t.textContent);
  const celle = (rad, navn) => rad.children[hoder.indexOf(navn)].textContent;
  const velg = () => {
    const ord = leit.value.toLowerCase().split(/\s+/).filter(Boolean);
    let synlige = 0;
    for (const rad of rader) {
      const tekst = rad.textContent.toLowerCase();
      const med =
        ord.every((o) => tekst.includes(o)) &&
        (!alvor.value || celle(rad, "Alvor") === alvor.value) &&
        !(aarsaker.checked && celle(rad, "Følger av"));
      rad.hidden = !med;
      synlige += med;
    }
    document.getElementById("antall").textContent = `${synlige} av ${rader.length} linjer`;
  };
  document.getElementById("utvalg").hidden = false;
  for (const f of [leit, alvor, aarsaker]) f.addEventListener("input", velg);
  velg();
}
