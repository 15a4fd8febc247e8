"use strict";
// Shows the runs that have every word that is searched for. Without it, the browser's own search finds the same.
(() => {
  const field = document.getElementById("search");
  const rows = [...document.querySelectorAll("#all tbody tr")].map((row) => [row, row.textContent.toLowerCase()]);
  field.closest("p").hidden = false;
  field.addEventListener("input", () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const [row, text] of rows) {
      row.hidden = !words.every((word) => text.includes(word));
      shown += row.hidden ? 0 : 1;
    }
    document.getElementById("shown").textContent = words.length ? `${shown} of ${rows.length} runs` : "";
  });
})();
