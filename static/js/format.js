import { gettext, language } from "./texts.js";

/** Seconds as 3:05, or 1:02:03 from an hour on. */
export function clock(seconds) {
  const whole = Math.floor(seconds);
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const shown = parts[0] ? parts : parts.slice(1);
  return shown.map((part, place) => (place ? String(part).padStart(2, "0") : part)).join(":");
}

/** How long ago a time was, in words that stay true for a while. */
export function ago(date) {
  const seconds = (Date.now() - date) / 1000;
  if (seconds < 45) return gettext("just now");
  const words = new Intl.RelativeTimeFormat(language, { numeric: "always" });
  if (seconds < 3600) return words.format(-Math.round(seconds / 60) || -1, "minute");
  if (seconds < 86_400) return words.format(-Math.round(seconds / 3600), "hour");
  return words.format(-Math.round(seconds / 86_400), "day");
}
