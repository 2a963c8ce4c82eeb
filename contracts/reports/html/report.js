"use strict";
const all = (selector) => [...document.querySelectorAll(selector)];
const one = (id) => document.getElementById(id);
const buttons = all("button[data-filter]");
const rows = all(".requirement");
const text = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));

function pressed(filter) {
  return new Set(
    buttons.filter((b) => b.dataset.filter === filter && b.ariaPressed === "true").map((b) => b.dataset.value),
  );
}

function apply() {
  const [outcomes, levels] = [pressed("outcome"), pressed("level")];
  const [area, words] = [one("area").value, one("search").value.toLowerCase().split(/\s+/).filter(Boolean)];
  for (const row of rows) {
    row.hidden = !(
      (!outcomes.size || outcomes.has(row.dataset.outcome)) &&
      (!levels.size || levels.has(row.dataset.level)) &&
      (!area || row.dataset.area === area) &&
      words.every((word) => text.get(row).includes(word))
    );
  }
  for (const section of all(".area")) section.hidden = !section.querySelector(".requirement:not([hidden])");
  one("nothing").hidden = rows.some((row) => !row.hidden);
}

function reset() {
  for (const button of buttons) button.ariaPressed = "false";
  one("area").value = one("search").value = "";
  apply();
}

function reveal() {
  const target = one(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  if (target.closest("[hidden]")) reset();
  for (let node = target; node; node = node.parentElement) if (node.tagName === "DETAILS") node.open = true;
  target.scrollIntoView();
}

for (const button of buttons) {
  button.addEventListener("click", () => {
    button.ariaPressed = button.ariaPressed === "true" ? "false" : "true";
    apply();
  });
}
for (const id of ["area", "search"]) one(id).addEventListener("input", apply);
one("reset").addEventListener("click", reset);
one("filters").addEventListener("submit", (event) => event.preventDefault());
one("filters").hidden = false;
for (const button of all("button.copy")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.parentElement.querySelector("pre").textContent);
    button.textContent = "copied";
  });
}
let folded = [];
addEventListener("beforeprint", () => {
  folded = all(".requirement:not([open]):is([data-outcome=failed], [data-outcome=warning], [data-outcome=error])");
  for (const row of folded) row.open = true;
});
addEventListener("afterprint", () => {
  for (const row of folded) row.open = false;
});
addEventListener("hashchange", reveal);
reveal();
