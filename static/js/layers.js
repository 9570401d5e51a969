/** What lies over the page is a step of its history: the back button, which a phone's listener presses, closes it. */

const open = [];
// Steps that are gone back over because their layer was closed otherwise.
let passed = 0;
// Whether a step was left behind, for the next page to take its place.
let isLeft = false;

export const isPhone = () => matchMedia("(max-width: 760px)").matches;

/** `close` is called when the listener goes back. */
export function opened(layer, close) {
  open.push({ layer, close });
  // Whoever comes upon the step later finds the page as htmx does.
  history.pushState({ htmx: true }, "");
}

/** It was closed, by whatever means. */
export function closed(layer) {
  const place = open.findIndex((each) => each.layer === layer);
  if (place < 0) return;
  open.splice(place, 1);
  passed += 1;
  history.back();
}

// In the place of htmx's own, which was there first, and would fetch the page.
const restore = window.onpopstate;
window.onpopstate = (event) => {
  const close = passed ? () => (passed -= 1) : open.pop()?.close;
  if (close) close();
  else restore?.call(window, event);
};
// Whoever follows a link wants to see where it leads.
document.addEventListener("htmx:beforeRequest", () => {
  isLeft ||= open.length > 0;
  while (open.length) open.pop().close();
});
document.addEventListener("htmx:beforeHistoryUpdate", ({ detail }) => {
  if (isLeft) detail.history.type = "replace";
  isLeft = false;
});
document.addEventListener("toggle", ({ target, newState }) => {
  if (!target.matches("dialog, [popover]")) return;
  if (newState === "closed") closed(target);
  else if (isPhone()) opened(target, () => (target.close ? target.close() : target.hidePopover()));
}, true);
