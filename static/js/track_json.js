/** A track as the server's API writes it, as the player wants it. */
export function trackFromJson(track) {
  return {
    id: track.id,
    title: track.title,
    artist: track.artist,
    duration: track.duration_ms,
    url: track.url,
    artistUrl: track.artist_url,
    cover: track.cover,
    audio: track.audio,
  };
}
