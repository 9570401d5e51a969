/**
 * Texts in the page's language. Every language but English has a catalogue, which the page loads before the modules;
 * without one a text stands as it is written here. `makemessages` finds what these two functions are called with.
 */

const catalogue = globalThis.django;

export const language = document.documentElement.lang;

/** `values` fill the text's {names}. */
export function gettext(text, values = {}) {
  return filled(catalogue ? catalogue.gettext(text) : text, values);
}

/** The one text or the other, as the language counts; both may say {count}. */
export function ngettext(one, many, count, values = {}) {
  const text = catalogue ? catalogue.ngettext(one, many, count) : count === 1 ? one : many;
  return filled(text, { count: count.toLocaleString(language), ...values });
}

function filled(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}
