/** Reads tracks off the page: every row and tile carries its track in data attributes, every list its source. */

export function trackOf(element) {
  const { track, title, artist, duration, url, artistUrl, cover, audio } = element.dataset;
  const list = element.closest("[data-list]")?.dataset ?? {};
  return {
    id: Number(track),
    title,
    artist,
    duration: Number(duration),
    url,
    artistUrl,
    cover,
    audio,
    source: list.source ?? "",
    recommendation: list.recommendation ?? null,
  };
}

/** The playable tracks of a list, in its order, as elements. */
export function playable(list) {
  return [...list.querySelectorAll("[data-track][data-playable]")];
}
