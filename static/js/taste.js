/** The slider takes effect when it is let go, without leaving the page: the socket brings the new shelves. */

import { asked } from "./server.js";
import { gettext } from "./texts.js";
import { toast } from "./toast.js";

const LONGEST_WAIT_MS = 5000;

export function listenForTaste() {
  document.addEventListener("input", ({ target }) => {
    if (target.matches("[data-adventure] input[type=range]")) target.style.setProperty("--fill", `${target.value}%`);
  });
  document.addEventListener("change", ({ target }) => {
    if (target.matches("[data-adventure] input[type=range]")) save(target.form);
    else if (target.matches("[data-chooser] input")) limit(target.form);
  });
}

/** Until the socket brings them, the shelves show that others are on their way. */
async function save(form) {
  document.getElementById("shelves")?.setAttribute("aria-busy", "true");
  try {
    await asked(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
    // Without a socket nothing brings them.
    setTimeout(() => document.getElementById("shelves")?.removeAttribute("aria-busy"), LONGEST_WAIT_MS);
  } catch (error) {
    console.warn(form.action, error);
    toast(gettext("That could not be saved: try again"));
    document.getElementById("shelves")?.removeAttribute("aria-busy");
  }
}

/** As many as may be chosen: the others wait until one is taken back. */
function limit(form) {
  const boxes = [...form.querySelectorAll("input[type=checkbox]")];
  const isFull = boxes.filter((box) => box.checked).length >= Number(form.dataset.chooser);
  for (const box of boxes) box.disabled = isFull && !box.checked;
}
