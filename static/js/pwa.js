/** The service worker: where there can be none, plain HTTP on another host say, the pages do without. */

import { gettext } from "./texts.js";
import { toast } from "./toast.js";

export function installWorker() {
  const { serviceWorker } = navigator;
  if (!serviceWorker) return;
  // The first one takes over a page that is of its own version.
  let isFirst = serviceWorker.controller === null;
  serviceWorker.addEventListener("controllerchange", () => {
    if (!isFirst) toast(gettext("There is a new version of this page"), { label: gettext("Reload"), act: () => location.reload() });
    isFirst = false;
  });
  // After all that the page itself needs.
  const register = () => {
    serviceWorker.register("/service-worker.js").catch((error) => console.warn("No offline shell:", error));
  };
  if (document.readyState === "complete") register();
  else addEventListener("load", register);
}
