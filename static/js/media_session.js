/** Lock screen, media keys and the window's title: what plays, and the keys that steer it. */

export function showInSystem(player) {
  let pageTitle = document.title;
  const showTitle = () => {
    const { track, isPlaying } = player;
    document.title = track && isPlaying ? `${track.title} · ${track.artist}` : pageTitle;
  };
  player.addEventListener("track", showTitle);
  player.addEventListener("state", showTitle);
  if ("mediaSession" in navigator) connect(player, navigator.mediaSession);
  /** The page changed, and with it the title that is shown while nothing plays. */
  return (title) => {
    pageTitle = title;
    showTitle();
  };
}

function connect(player, media) {
  const handlers = {
    play: () => player.play(),
    pause: () => player.pause(),
    previoustrack: () => player.previous(),
    nexttrack: () => player.next(),
    seekto: ({ seekTime }) => player.seek(seekTime),
    seekbackward: ({ seekOffset }) => player.seek(player.position - (seekOffset ?? 10)),
    seekforward: ({ seekOffset }) => player.seek(player.position + (seekOffset ?? 10)),
  };
  for (const [action, handler] of Object.entries(handlers)) media.setActionHandler(action, handler);
  player.addEventListener("track", () => {
    if (!player.track) return;
    const { title, artist, cover } = player.track;
    const artwork = [{ src: new URL(cover, location.href).href, type: "image/svg+xml", sizes: "any" }];
    media.metadata = new MediaMetadata({ title, artist, artwork });
  });
  player.addEventListener("state", () => {
    media.playbackState = player.isPlaying ? "playing" : "paused";
  });
  player.addEventListener("time", () => {
    const { duration, position } = player;
    if (!(duration > 0)) return;
    media.setPositionState({ duration, position: Math.min(position, duration), playbackRate: player.audio.playbackRate });
  });
}
