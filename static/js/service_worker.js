/**
 * Answers for the server where there is none. The shell's files have their content's hash in their names and come from
 * the cache; pages come from the server, and where that cannot be reached, the one page that says so. No page is kept,
 * as each is somebody's. Liked tracks that `kept.js` put into a cache of their own are played from there.
 *
 * `SHELL` is {version, language, page, files}, written before this script by the server.
 */

const CACHE = `shell-${SHELL.version}`;
const KEPT = "kept";
// What belongs to a track, and is kept with it.
const BESIDE_A_TRACK = /^\/(covers\/|waveforms\/|api\/v1\/tracks\/\d+\/sound\/$)/;

addEventListener("install", (event) => {
  spareTheWay(event);
  // What a page has loaded under its hashed name is as good at once: pages of the old version need nothing of this one.
  skipWaiting();
  event.waitUntil(keepShell());
});
addEventListener("activate", (event) => event.waitUntil(takeOver()));
addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(event));
  else if (SHELL.files.includes(url.pathname)) event.respondWith(shellFile(request));
  else if (url.pathname.startsWith("/audio/") && url.searchParams.has("kept")) event.respondWith(keptAudio(request, url));
  else if (BESIDE_A_TRACK.test(url.pathname)) event.respondWith(besideTrack(request));
});

/** Audio that is not kept does not wait for this worker to start, where the browser can be told so. */
function spareTheWay(event) {
  const straight = (search) => ({ condition: { urlPattern: new URLPattern({ pathname: "/audio/*", search }) }, source: "network" });
  event.addRoutes?.([straight(""), straight("format=*")]);
}

async function keepShell() {
  const cache = await caches.open(CACHE);
  // Nobody's page: without cookies it is what a stranger sees.
  const headers = { "Accept-Language": SHELL.language };
  const page = new Request(SHELL.page, { credentials: "omit", cache: "no-store", headers });
  await cache.addAll([...SHELL.files, page]);
}

async function takeOver() {
  const old = (await caches.keys()).filter((name) => name.startsWith("shell-") && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await registration.navigationPreload?.enable();
  await clients.claim();
}

async function page(event) {
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request));
  } catch {
    return caches.match(SHELL.page, { cacheName: CACHE, ignoreVary: true }); // no connection
  }
}

async function shellFile(request) {
  return (await caches.match(request, { cacheName: CACHE, ignoreVary: true })) ?? fetch(request);
}

async function besideTrack(request) {
  try {
    return await fetch(request);
  } catch {
    return (await caches.match(request, { cacheName: KEPT, ignoreVary: true })) ?? Response.error(); // no connection
  }
}

async function keptAudio(request, { pathname }) {
  const kept = await caches.match(pathname, { cacheName: KEPT, ignoreVary: true });
  // The browser may have dropped it.
  if (!kept) return fetch(request);
  return ranged(await kept.blob(), request.headers.get("Range"), kept.headers.get("Content-Type"));
}

/** One range of bytes as RFC 9110, 14.1.2 has it; the whole where none is asked for. */
function ranged(blob, range, type) {
  const headers = { "Accept-Ranges": "bytes", "Content-Type": type };
  const [, from, to] = /^bytes=(\d*)-(\d*)$/i.exec(range ?? "") ?? [];
  if (!from && !to) return new Response(blob, { headers: { ...headers, "Content-Length": blob.size } });
  const first = from ? Number(from) : Math.max(0, blob.size - Number(to));
  const last = from && to ? Math.min(Number(to), blob.size - 1) : blob.size - 1;
  if (first > last) return new Response(null, { status: 416, headers: { ...headers, "Content-Range": `bytes */${blob.size}` } });
  const content = { "Content-Range": `bytes ${first}-${last}/${blob.size}`, "Content-Length": last - first + 1 };
  return new Response(blob.slice(first, last + 1), { status: 206, headers: { ...headers, ...content } });
}
