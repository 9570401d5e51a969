/** How it sounds and how it looks, as a listener chooses: the form behind the button in the player bar. */

import { gettext } from "./texts.js";

const YEAR_S = 365 * 24 * 60 * 60;

export class SettingsPanel {
  constructor(form, settings, sleep) {
    this.form = form;
    this.settings = settings;
    this.sleep = sleep;
    this.#show();
    form.addEventListener("submit", (event) => event.preventDefault());
    form.parentElement.querySelector("[data-language]").addEventListener("change", ({ target }) => chooseLanguage(target.value));
    form.addEventListener("input", ({ target }) => this.#choose(target));
    for (const source of [settings, sleep]) source.addEventListener("change", () => this.#show());
  }

  #choose({ name, value, valueAsNumber, checked }) {
    const { settings } = this;
    const choices = {
      crossfade: () => settings.set("crossfade", valueAsNumber),
      levelling: () => settings.set("levelling", value),
      speed: () => settings.set("speed", Number(value)),
      quality: () => this.#chooseQuality(value),
      endless: () => settings.set("endless", checked),
      sleep: () => this.sleep.choose(value),
      theme: () => chooseTheme(value),
    };
    choices[name]();
  }

  /** "original", or a format and kbit/s as "opus-96". */
  #chooseQuality(value) {
    const [format, bitrate] = value.split("-");
    if (bitrate) this.settings.set("bitrate", Number(bitrate));
    this.settings.set("format", format);
  }

  #show() {
    const { elements } = this.form;
    const { settings } = this;
    const crossfade = settings.get("crossfade");
    elements.crossfade.value = crossfade;
    elements.crossfade.style.setProperty("--fill", `${(100 * crossfade) / 12}%`);
    this.form.querySelector(".crossfade-said").textContent = crossfade ? `${crossfade} s` : gettext("off");
    elements.levelling.value = settings.get("levelling");
    elements.speed.value = String(settings.get("speed"));
    elements.endless.checked = settings.get("endless");
    elements.sleep.value = this.sleep.chosen;
    // Where the server cannot make other formats there is no choice.
    if (elements.quality) {
      const format = settings.get("format");
      elements.quality.value = format === "original" ? format : `${format}-${settings.get("bitrate")}`;
    } else settings.set("format", "original");
    elements.theme.value = document.documentElement.dataset.theme;
  }
}

/** As the form would without a script, whose token a sign-in since may have voided. */
function chooseLanguage(language) {
  document.cookie = `django_language=${language}; path=/; max-age=${YEAR_S}; samesite=lax`;
  location.reload();
}

/** In a cookie, so that the server writes it into the page and nothing flashes. */
function chooseTheme(theme) {
  document.documentElement.dataset.theme = theme;
  document.cookie = `theme=${theme}; path=/; max-age=${YEAR_S}; samesite=lax`;
}
