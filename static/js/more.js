/** Long lists go on by themselves: the next page is fetched as its link comes near, and joins the rows that are there. */

import { asked } from "./server.js";

const NEAR = "600px";

export class More {
  #watched = null;

  /** `joined(rows)` is called with the rows that came. */
  constructor(joined) {
    this.joined = joined;
    this.seen = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && this.#fetch(), {
      root: document.getElementById("centre"),
      rootMargin: NEAR,
    });
    this.refresh();
  }

  /** The page has new content. */
  refresh() {
    if (this.#watched) this.seen.unobserve(this.#watched);
    this.#watched = document.querySelector("#main [data-rows] ~ .pager [data-more]");
    if (this.#watched) this.seen.observe(this.#watched);
  }

  async #fetch() {
    const link = this.#watched;
    this.seen.unobserve(link);
    try {
      const response = await asked(link.href);
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      if (!link.isConnected) return;
      const rows = [...page.querySelectorAll("#main [data-rows] > .row")];
      document.querySelector("#main [data-rows]").append(...rows);
      for (const row of rows) window.htmx.process(row);
      const next = page.querySelector("#main .pager [data-more]");
      if (next) link.href = next.getAttribute("href");
      else link.closest(".pager").remove();
      this.joined(rows);
      this.refresh();
    } catch (error) {
      console.warn(link.href, error); // the link stays, to be pressed
    }
  }
}
