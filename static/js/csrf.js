/** What a request that changes something carries. The account's part of the page is new with every sign-in. */
export function jsonHeaders() {
  return { "Content-Type": "application/json", "X-CSRFToken": document.getElementById("account").dataset.csrf };
}
