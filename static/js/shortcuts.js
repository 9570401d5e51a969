/** Keys that steer the player, where they mean nothing else. Which key does what is in the page: the map that `?` shows. */

const SEEK_S = 5;

export function listenForKeys(player, actions) {
  const map = document.getElementById("shortcuts");
  const acts = {
    toggle: () => player.toggle(),
    back: () => player.seek(player.position - SEEK_S),
    forward: () => player.seek(player.position + SEEK_S),
    previous: () => player.previous(),
    next: () => player.next(),
    mute: () => player.volume.toggleMute(),
    like: () => actions.like(player.track),
    ban: () => actions.ban(player.track),
    shuffle: () => player.queue.turnShuffle(),
    repeat: () => player.queue.turnRepeat(),
    search: () => document.getElementById("search-field").focus(),
    queue: () => actions.toggleQueue(),
    full: () => actions.toggleFull(),
    settings: () => openSettings(),
    help: () => map.showModal(),
  };
  const keys = new Map([...map.querySelectorAll("[data-act]")].map(({ dataset }) => [dataset.key, acts[dataset.act]]));
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || isTaken(event)) return;
    const act = keys.get(event.shiftKey && event.key.startsWith("Arrow") ? `Shift+${event.key}` : event.key);
    if (!act) return;
    event.preventDefault();
    act();
  });
  for (const button of document.querySelectorAll("[data-shortcuts]")) button.addEventListener("click", acts.help);
}

function openSettings() {
  const settings = document.getElementById("settings");
  settings.showPopover();
  settings.querySelector("input, select").focus();
}

/** Fields and dialogs keep every key; a focused button or link keeps the space bar, tabs and menus their arrows. */
function isTaken({ target, key }) {
  if (document.querySelector("dialog:modal") || target.closest("input, textarea, select, [contenteditable]")) return true;
  if (key.startsWith("Arrow")) return target.closest("[role=tablist], [role=menu], [role=listbox]") !== null;
  return key === " " && target.closest("button, a, summary, audio") !== null;
}
