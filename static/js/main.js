/** Puts the parts together: one player for as long as the tab lives, whatever pages pass through its middle. */

import { Actions } from "./actions.js";
import { Bar } from "./bar.js";
import { Devices } from "./devices.js";
import { Elsewhere } from "./elsewhere.js";
import { Outbox } from "./events.js";
import { FullPlayer } from "./full_player.js";
import { Kept } from "./kept.js";
import { KeptPanel } from "./kept_panel.js";
import { Library } from "./library.js";
import { LibraryPages } from "./library_pages.js";
import { Lists } from "./lists.js";
import { Live } from "./live.js";
import { showInSystem } from "./media_session.js";
import { Navigation } from "./navigation.js";
import { fillOfflinePage } from "./offline_page.js";
import { Player } from "./player.js";
import { Plays } from "./plays.js";
import { installWorker } from "./pwa.js";
import { Queue } from "./queue.js";
import { QueuePanel } from "./queue_panel.js";
import { QueueSync } from "./queue_sync.js";
import { Radio } from "./radio.js";
import { Rescue } from "./rescue.js";
import { SearchField } from "./search.js";
import { SettingsPanel } from "./settings_panel.js";
import { listenForKeys } from "./shortcuts.js";
import { SleepTimer } from "./sleep.js";
import { SoundSettings } from "./sound_settings.js";
import { Sounds } from "./sounds.js";
import { listenForTaste } from "./taste.js";
import { gettext } from "./texts.js";
import { toast } from "./toast.js";

const outbox = new Outbox();
const library = new Library(outbox);
const settings = new SoundSettings();
const elements = ["audio", "audio-next"].map((id) => document.getElementById(id));
const kept = new Kept(library, settings);
fillOfflinePage(kept);
const player = new Player(elements, new Queue(), settings, new Sounds());
const actions = new Actions(player, library);
new Plays(player, outbox);
new Rescue(player);
const bar = document.getElementById("player");
new Bar(bar, player, library, actions);
new SettingsPanel(document.getElementById("settings").querySelector("form"), settings, new SleepTimer(player));
new KeptPanel(document.querySelector("#settings .kept"), kept);
actions.fullPlayer = new FullPlayer(bar, player);
actions.queuePanel = new QueuePanel(document.getElementById("queue-panel"), bar.querySelector("[data-player=queue]"), player);
const lists = new Lists(player, library, actions);
const pages = new LibraryPages(player, library, actions, lists);
const live = new Live(() => lists.refresh());
const showPageTitle = showInSystem(player);
listenForKeys(player, actions);
listenForTaste();
const searchField = new SearchField(document.getElementById("search-field"), document.getElementById("suggestions"));
new Radio(player);

const devices = new Devices(player);
devices.sync = new QueueSync(player, { id: devices.id, name: devices.name }, () => devices.queueWritten());
devices.sync.pull();
new Elsewhere(document.getElementById("elsewhere"), devices);

player.addEventListener("broken", ({ detail: { track, stopped, isAway, isOffline } }) => {
  if (isOffline) toast(gettext("No connection: on to the next track that is kept"));
  else if (isAway) toast(gettext("The server is away: the music goes on as soon as it is back"));
  else toast(stopped ? gettext("“{title}” cannot be played", track) : gettext("“{title}” cannot be played: on to the next", track));
});

installWorker();
// The offline page is nobody's: whose the browser is shows with the next one.
if (!document.querySelector("#main [data-offline]")) kept.belongTo(document.getElementById("account").dataset.user, isCleared());

let account = document.getElementById("account").dataset.user;

function arrived(title, isNew) {
  searchField.close();
  showPageTitle(title);
  const user = document.getElementById("account").dataset.user;
  // Somebody else, or somebody whose likes may be gone.
  kept.belongTo(user, isCleared());
  if (user !== account || isCleared()) {
    account = user;
    library.forget();
    live.restart();
    devices.restart();
    devices.sync.restart(!user || isCleared());
  } else live.arrived();
  lists.refresh();
  pages.refresh();
  if (isNew) reportSearch();
}

/** The page says that the listener's data were cleared. */
function isCleared() {
  return document.querySelector("#main [data-cleared]") !== null;
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
