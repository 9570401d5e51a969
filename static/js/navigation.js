/** Pages change inside the shell by htmx: this keeps scroll, focus, the sidebar and the title as a browser would. */

import { gettext } from "./texts.js";
import { toast } from "./toast.js";

export class Navigation {
  #scrolls = new Map();
  #shown = address();

  /** `arrived(title, isNew)` is called once a page stands; `isNew` is false for one that was gone back to. */
  constructor(arrived) {
    this.centre = document.getElementById("centre");
    this.arrived = arrived;
    const on = (name, act) => document.body.addEventListener(`htmx:${name}`, act);
    on("beforeHistorySave", () => this.#scrolls.set(this.#shown, this.centre.scrollTop));
    on("historyRestore", (event) => this.#arrive(event.detail.serverResponse, false));
    on("historyCacheMissLoadError", () => location.reload());
    on("beforeSwap", (event) => leaveWhereForeign(event));
    on("afterSettle", (event) => {
      // Once a page: the account's part, swapped beside it, settles too.
      if (event.target.id === "main" && event.detail.xhr) this.#arrive(event.detail.xhr.responseText, true);
    });
    on("sendError", () => toast(gettext("The server cannot be reached")));
    this.#markSidebar();
  }

  #arrive(html, isNew) {
    this.#shown = address();
    this.centre.scrollTop = isNew ? 0 : (this.#scrolls.get(this.#shown) ?? 0);
    this.#markSidebar();
    // The search field keeps its focus; otherwise reading starts at the new content.
    if (document.activeElement?.id !== "search-field") document.getElementById("main").focus({ preventScroll: true });
    this.arrived(titleOf(html), isNew);
  }

  #markSidebar() {
    for (const link of document.querySelectorAll("[data-nav]")) {
      const here = new URL(link.href).pathname;
      const isCurrent = here === "/" ? location.pathname === "/" : location.pathname.startsWith(here);
      if (isCurrent) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
  }
}

function address() {
  return location.pathname + location.search;
}

function titleOf(html) {
  return new DOMParser().parseFromString(html, "text/html").title;
}

/** An answer that is no page of the shell, the admin's say, is opened on its own. */
function leaveWhereForeign(event) {
  const { xhr, requestConfig } = event.detail;
  if (!requestConfig.boosted || xhr.responseText.includes('id="main"')) return;
  event.detail.shouldSwap = false;
  location.assign(xhr.responseURL || requestConfig.path);
}
