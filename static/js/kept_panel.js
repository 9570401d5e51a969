/** The part of the settings that says what is kept for offline listening; its words are in the page. */

export class KeptPanel {
  constructor(form, kept) {
    this.form = form;
    this.kept = kept;
    form.hidden = !kept.isPossible;
    if (form.hidden) return;
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("change", ({ target }) => {
      if (target.name === "kept") kept.turn(target.checked);
      else kept.setLimit(Number(target.value));
    });
    kept.addEventListener("change", () => this.#show());
    this.#show();
  }

  #show() {
    const { elements } = this.form;
    const { isOn, limit, tracks, megabytes } = this.kept;
    elements.kept.checked = isOn;
    elements.limit.value = String(limit);
    elements.limit.closest(".setting").hidden = !isOn;
    const used = elements.used;
    used.value = isOn ? used.dataset.words.replace("{tracks}", tracks.length).replace("{mb}", megabytes.toFixed(1)) : "";
  }
}
