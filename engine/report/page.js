/* SPDX-License-Identifier: Apache-2.0 */
"use strict";

/* Copying: the block that stands before the button. */
function select(node) {
  const range = document.createRange();
  range.selectNodeContents(node);
  const selection = getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
}

async function copy(button) {
  const code = button.parentElement.querySelector("code");
  try {
    await navigator.clipboard.writeText(code.textContent);
  } catch {
    select(code);
    document.execCommand("copy");
  }
  const label = button.textContent;
  document.getElementById("said").textContent = "Copied";
  button.textContent = "Copied";
  setTimeout(() => { button.textContent = label; }, 1500);
}

for (const button of document.querySelectorAll("button.copy")) {
  button.hidden = false;
  button.addEventListener("click", () => copy(button));
}

/* The table of all rules: by words and by status. */
const filter = document.getElementById("filter");
if (filter) {
  const rows = [...document.querySelectorAll(".rules tbody tr")];
  const words = document.getElementById("filter-words");
  const status = document.getElementById("filter-status");
  const apply = () => {
    const wanted = words.value.toLowerCase().split(/\s+/);
    let shown = 0;
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = (status.value && row.className !== status.value) ||
        !wanted.every((word) => text.includes(word));
      shown += row.hidden ? 0 : 1;
    }
    document.getElementById("filter-count").textContent =
      `${shown} of ${rows.length} rules`;
  };
  filter.hidden = false;
  filter.addEventListener("input", apply);
  apply();
}

addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll("details"))
    details.open = true;
});
