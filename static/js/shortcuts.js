/** Keys that steer the player, where they mean nothing else. */

const SEEK_S = 5;

export function listenForKeys(player, actions) {
  const keys = {
    " ": () => player.toggle(),
    ArrowLeft: () => player.seek(player.position - SEEK_S),
    ArrowRight: () => player.seek(player.position + SEEK_S),
    "Shift+ArrowLeft": () => player.previous(),
    "Shift+ArrowRight": () => player.next(),
    m: () => player.volume.toggleMute(),
    l: () => actions.like(player.track),
    q: () => actions.toggleQueue(),
    s: () => player.queue.turnShuffle(),
    r: () => player.queue.turnRepeat(),
    f: () => actions.toggleFull(),
    "/": () => document.getElementById("search-field").focus(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || isTaken(event)) return;
    const act = keys[event.shiftKey && event.key.startsWith("Arrow") ? `Shift+${event.key}` : event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}

/** Fields keep every key; a focused button or link keeps the space bar. */
function isTaken({ target, key }) {
  if (target.closest("input, textarea, select, [contenteditable]")) return true;
  return key === " " && target.closest("button, a, summary, audio") !== null;
}
