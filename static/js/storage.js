/** The browser's storage; where that is blocked or full, values live as long as the page. */

class Storage {
  #backing;
  #memory = new Map();

  constructor(name) {
    try {
      this.#backing = window[name];
    } catch {
      this.#backing = null; // the browser forbids storage to this site
    }
  }

  get(key) {
    return this.#memory.get(key) ?? this.#backing?.getItem(key) ?? null;
  }

  set(key, value) {
    try {
      this.#backing.setItem(key, value);
      this.#memory.delete(key);
    } catch {
      this.#memory.set(key, value); // forbidden, or full
    }
  }

  remove(key) {
    this.#memory.delete(key);
    this.#backing?.removeItem(key);
  }

  /** The keys that begin with `prefix`, in order. */
  keys(prefix) {
    const stored = this.#backing ? Object.keys(this.#backing) : [];
    return [...new Set([...stored, ...this.#memory.keys()])].filter((key) => key.startsWith(prefix)).sort();
  }
}

/** Shared by the tabs of this browser, and kept. */
export const local = new Storage("localStorage");
/** Of this tab alone; survives a reload. */
export const session = new Storage("sessionStorage");

/** The parsed JSON under `key`, or null where there is none or it was damaged. */
export function readJson(storage, key) {
  try {
    return JSON.parse(storage.get(key));
  } catch {
    return null;
  }
}
