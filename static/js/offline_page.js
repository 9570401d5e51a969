/** The page that stands in for those that cannot be reached: it lists what is kept, and goes when the server is back. */

export function fillOfflinePage(kept) {
  const page = document.querySelector("#main [data-offline]");
  if (!page) return;
  page.querySelector("[data-again]").href = location.pathname + location.search;
  addEventListener("online", () => page.isConnected && page.querySelector("[data-again]").click());
  const { tracks } = kept;
  const row = page.querySelector("template").content;
  page.querySelector("[data-rows]").replaceChildren(...tracks.map((track) => filled(row.cloneNode(true), track)));
  page.querySelector("[data-kept]").hidden = tracks.length === 0;
}

function filled(row, track) {
  const { id, title, artist, duration, url, artistUrl, cover, audio } = track;
  const item = row.firstElementChild;
  Object.assign(item.dataset, { track: id, title, artist, duration, url, artistUrl, cover, audio });
  item.querySelector("img").src = cover;
  item.querySelector(".row-title").textContent = title;
  item.querySelector(".row-artist").textContent = artist;
  const button = item.querySelector("[data-play]");
  button.setAttribute("aria-label", button.dataset.words.replace("{title}", title));
  return row;
}
