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
import { listenForKeys } from "./shortcuts.js";
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

player.addEventListener("broken", ({ detail: { track, stopped } }) => {
  toast(stopped ? `“${track.title}” cannot be played` : `“${track.title}” cannot be played: on to the next`);
});

let account = document.getElementById("account").dataset.user;

function arrived(title, isNew) {
  showPageTitle(title);
  const user = document.getElementById("account").dataset.user;
  if (user !== account) {
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
reportSearch();
// After the player's own listener, which says that its track is left.
addEventListener("pagehide", () => outbox.hurry());
