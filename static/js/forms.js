/** Small comforts of forms, each of which has a button for whoever has no script. */

import { gettext } from "./texts.js";
import { toast } from "./toast.js";

export function listenForForms(library) {
  document.addEventListener("change", ({ target }) => {
    if (isTooLarge(target)) {
      toast(gettext("The file is larger than {size} MB: a playlist of 10,000 tracks is not", { size: target.dataset.mostBytes / 1e6 }));
      target.value = ""; // so that it can be chosen again
    } else if (target.closest("[data-filters]") || target.matches("[data-submit-on-change]")) target.form.requestSubmit();
    else if (target.matches("[data-redraw]")) redraw(target.form);
  });
  document.addEventListener("submit", (event) => {
    const { confirm: question } = event.target.dataset;
    if (question && !window.confirm(question)) {
      event.preventDefault();
      event.stopImmediatePropagation();
    } else if (event.target.matches("[data-unban]")) takeBack(event, library);
  }, true);
  document.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-copy]");
    if (button) copy(button.dataset.copy);
  });
}

/** The server would cut the upload off. */
function isTooLarge(field) {
  return [...(field.files ?? [])].some((file) => file.size > Number(field.dataset.mostBytes));
}

/** The form comes back with what the newly chosen field can be compared with. */
function redraw(form) {
  const button = document.createElement("button");
  Object.assign(button, { name: "do", value: "redraw", hidden: true });
  form.append(button);
  form.requestSubmit(button);
}

function takeBack(event, library) {
  event.preventDefault();
  event.stopImmediatePropagation();
  const row = event.submitter.closest("[data-track]");
  library.ban({ id: Number(row.dataset.track), source: "banned" }, false);
  toast(gettext("“{title}” may be suggested again", { title: row.dataset.title.slice(0, 60) }));
  row.remove();
}

export async function copy(path) {
  const address = new URL(path, location.origin).href;
  try {
    await navigator.clipboard.writeText(address);
    toast(gettext("The link is copied"));
  } catch {
    toast(address); // the browser forbids it: to be copied by hand
  }
}
