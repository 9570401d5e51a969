/** A word at the foot of the page that goes by itself; `action` is {label, act} for a button in it. */

const SHOWN_MS = 5000;

export function toast(text, action = null) {
  const element = document.createElement("div");
  element.className = "toast";
  const words = element.appendChild(document.createElement("span"));
  words.textContent = text;
  if (action) {
    const button = element.appendChild(document.createElement("button"));
    button.type = "button";
    button.textContent = action.label;
    button.addEventListener("click", () => {
      action.act();
      element.remove();
    });
  }
  document.getElementById("toasts").replaceChildren(element);
  setTimeout(() => element.remove(), SHOWN_MS);
}

/** Tell those who listen to the page rather than look at it. */
export function announce(text) {
  document.getElementById("announcer").textContent = text;
}
