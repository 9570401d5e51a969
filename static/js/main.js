/** Puts the parts together: one player for as long as the tab lives, whatever pages pass through its middle. */

import { Actions } from "./actions.js";
import { Bar } from "./bar.js";
import { Outbox } from "./events.js";
import { Library } from "./library.js";
import { Lists } from "./lists.js";
import { Live } from "./live.js";
import { showInSystem } from "./media_session.js";
import { Navigation } from "./navigation.js";
import { Player } from "./player.js";
import { Plays } from "./plays.js";
import { Queue } from "./queue.js";
import { QueuePanel } from "./queue_panel.js";
import { Radio } from "./radio.js";
import { listenForKeys } from "./shortcuts.js";
import { listenForTaste } from "./taste.js";
import { toast } from "./toast.js";

const outbox = new Outbox();
const library = new Library(outbox);
const player = new Player(document.getElementById("audio"), new Queue());
const actions = new Actions(player, library);
new Plays(player, outbox);
const bar = document.getElementById("player");
new Bar(bar, player, library, actions);
actions.queuePanel = new QueuePanel(document.getElementById("queue-panel"), bar.querySelector("[data-player=queue]"), player);
const lists = new Lists(player, library, actions);
const live = new Live(() => lists.refresh());
const showPageTitle = showInSystem(player);
listenForKeys(player, actions);
listenForTaste();
new Radio(player);

player.addEventListener("broken", ({ detail: { track, stopped } }) => {
  toast(stopped ? `“${track.title}” cannot be played` : `“${track.title}” cannot be played: on to the next`);
});

let account = document.getElementById("account").dataset.user;

function arrived(title, isNew) {
  showPageTitle(title);
  const user = document.getElementById("account").dataset.user;
  // Somebody else, or somebody whose likes may be gone.
  if (user !== account || document.querySelector("#main [data-cleared]")) {
    account = user;
    library.forget();
    live.restart();
  } else live.arrived();
  lists.refresh();
  if (isNew) reportSearch();
}

/** A search is an event too: it says what a listener was after. */
function reportSearch() {
  const query = document.getElementById("results")?.dataset.query;
  if (query) outbox.add("searched", { query, source: "search" });
}

new Navigation(arrived);
// Another method was chosen: only that part of the page is new.
document.body.addEventListener("htmx:afterSettle", ({ target }) => {
  if (target.id === "similar") lists.refresh();
});
reportSearch();
// After the player's own listener, which says that its track is left.
addEventListener("pagehide", () => outbox.hurry());
