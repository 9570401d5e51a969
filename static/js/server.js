/** What the server is asked, and what its API takes and gives. */

/** The answer; throws where it is a refusal. */
export async function asked(address, options) {
  const response = await fetch(address, options);
  if (!response.ok) throw new Error(`status ${response.status}`);
  return response;
}

/** What a request that changes something carries. The account's part of the page is new with every sign-in. */
export function jsonHeaders() {
  return { "Content-Type": "application/json", "X-CSRFToken": document.getElementById("account").dataset.csrf };
}

/** A track as the API writes it, as the player wants it. */
export function trackFromJson({ id, title, artist, duration_ms: duration, url, artist_url: artistUrl, cover, audio }) {
  return { id, title, artist, duration, url, artistUrl, cover, audio };
}
