/** The search field: what it could mean is offered while one types, for the pointer and for the keyboard. */

// Milliseconds without a key after which the server is asked.
const PAUSE_MS = 90;

export class SearchField {
  #asked = null;
  #timer = 0;

  /** `field` is the input, a combobox; `list` the element its options go into, a listbox. */
  constructor(field, list) {
    this.field = field;
    this.list = list;
    field.addEventListener("input", () => this.#askSoon());
    field.addEventListener("focus", () => field.value.trim() && list.childElementCount && this.#open(true));
    field.addEventListener("keydown", (event) => this.#steer(event));
    field.form.addEventListener("submit", () => this.close());
    // The pointer goes down before the field loses its focus: the link is still there to be clicked.
    list.addEventListener("pointerdown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => event.target.closest("[role=option]") && this.close());
    field.addEventListener("blur", () => this.#open(false));
    document.addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.key.toLowerCase() !== "k") return;
      event.preventDefault();
      field.focus();
      field.select();
    });
  }

  close() {
    clearTimeout(this.#timer);
    this.#asked?.abort();
    this.#open(false);
  }

  #askSoon() {
    clearTimeout(this.#timer);
    this.#asked?.abort();
    if (!this.field.value.trim()) return this.#show("");
    this.#timer = setTimeout(() => this.#ask(this.field.value), PAUSE_MS);
  }

  async #ask(text) {
    this.#asked = new AbortController();
    const address = `${this.field.dataset.suggest}?${new URLSearchParams({ q: text })}`;
    try {
      const answer = await fetch(address, { signal: this.#asked.signal });
      this.#show(answer.ok ? await answer.text() : "");
    } catch (error) {
      // A newer letter, or no server: the field and its own page remain.
      if (error.name !== "AbortError") this.#show("");
    }
  }

  /** `html` is the server's own, escaped by its templates. */
  #show(html) {
    this.list.innerHTML = html;
    window.htmx?.process(this.list);
    this.#mark(null);
    this.#open(this.list.childElementCount > 0 && document.activeElement === this.field);
  }

  #open(isOpen) {
    this.list.hidden = !isOpen;
    this.field.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen) this.#mark(null);
  }

  #steer(event) {
    const options = [...this.list.querySelectorAll("[role=option]")];
    const marked = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
    if (event.key === "Escape" && !this.list.hidden) {
      event.preventDefault();
      this.#open(false);
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && options.length) {
      event.preventDefault();
      this.#open(true);
      // The field itself is a place too, between the last option and the first.
      const places = options.length + 1;
      const place = (marked + 1 + (event.key === "ArrowDown" ? 1 : places - 1)) % places;
      this.#mark(options[place - 1] ?? null);
    } else if (event.key === "Enter" && marked >= 0 && !this.list.hidden) {
      event.preventDefault();
      options[marked].click();
    }
  }

  #mark(option) {
    this.list.querySelector("[aria-selected=true]")?.setAttribute("aria-selected", "false");
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) this.field.setAttribute("aria-activedescendant", option.id);
    else this.field.removeAttribute("aria-activedescendant");
  }
}
