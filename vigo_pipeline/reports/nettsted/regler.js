"use strict";
const leit = document.getElementById("leit");
const rader = [...document.querySelectorAll("tbody tr")];
const velg = () => {
  const ord = leit.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const rad of rader) {
    const tekst = rad.textContent.toLowerCase();
    rad.hidden = !ord.every((o) => tekst.includes(o));
  }
  // The filters are the page's own; what they leave is what is seen.
  const antall = rader.filter((rad) => rad.offsetParent).length;
  document.getElementById("antall").textContent = `${antall} av ${rader.length} regler`;
};
document.querySelector(".utvalg").addEventListener("input", velg);
document.getElementById("soek").hidden = false;
velg();
