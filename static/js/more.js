/** Long lists go on by themselves: the next page is fetched as its link comes near, and joins the rows that are there. */

import { forgetForm } from "./playlists.js";
import { asked } from "./server.js";

const NEAR = "600px";
// Rows after which the list goes on by its link only, on a page of its own: with ten thousand in it, a page would be slow.
const MOST = 1000;

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
    if (this.#watched && document.querySelector("#main [data-rows]").children.length < MOST) this.seen.observe(this.#watched);
  }

  async #fetch() {
    const link = this.#watched;
    this.seen.unobserve(link);
    try {
      const response = await asked(link.href);
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      if (!link.isConnected) return;
      const rows = [...page.querySelectorAll("#main [data-rows] > *")];
      rows.forEach(forgetForm);
      document.querySelector("#main [data-rows]").append(...rows);
      for (const row of rows) window.htmx.process(row);
      const next = page.querySelector("#main .pager [data-more]");
      if (next) leadOn(link, next.getAttribute("href"));
      else link.closest(".pager").remove();
      this.joined(rows);
      this.refresh();
    } catch (error) {
      console.warn(link.href, error); // the link stays, to be pressed
    }
  }
}

/** Another link in the place of this one: htmx keeps the address that a link had when it came. */
function leadOn(link, address) {
  const other = link.cloneNode(true);
  other.href = address;
  link.replaceWith(other);
  window.htmx.process(other);
}
