// Finds as you type: an input with data-find="<url>" becomes a combobox (WAI-ARIA 1.2, list autocomplete) over the answers of that address.
// The id of what was chosen goes to the input named by data-find-id; typing anything else empties it. Without scripts the form does the same by name.

const WAIT = 200;
let number = 0;

function option(found, id) {
  const item = document.createElement("li");
  item.id = id;
  item.setAttribute("role", "option");
  item.setAttribute("aria-selected", "false");
  const name = document.createElement("b");
  name.textContent = found.name;
  item.append(name);
  const more = [found.position, found.organisation].filter(Boolean).join(", ");
  if (more) {
    const small = document.createElement("small");
    small.textContent = more;
    item.append(" ", small);
  }
  return item;
}

class Finder {
  constructor(input) {
    this.input = input;
    this.target = document.getElementById(input.dataset.findId);
    this.prefix = `found-${number += 1}`;
    this.found = [];
    this.active = -1;
    this.asked = "";
    this.list = document.createElement("ul");
    this.list.id = this.prefix;
    this.list.className = "found";
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", input.labels[0]?.textContent.trim() ?? "");
    this.status = document.createElement("span");
    this.status.className = "vh";
    this.status.setAttribute("role", "status");
    input.after(this.list, this.status);
    for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.prefix })) input.setAttribute(name, value);
    input.addEventListener("input", () => this.typed());
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => this.close());
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const item = event.target.closest("[role=option]");
      if (item) this.choose([...this.list.children].indexOf(item));
    });
  }

  typed() {
    if (this.target) this.target.value = "";
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), WAIT);
  }

  async ask() {
    const words = this.input.value.trim();
    this.asked = words;
    if (!words) return this.close();
    const address = new URL(this.input.dataset.find, document.baseURI);
    address.searchParams.set("q", words);
    const answer = await fetch(address, { headers: { Accept: "application/json" } }).catch(() => null);
    if (this.asked !== words || !answer?.ok) return undefined;
    return this.show(await answer.json());
  }

  show(found) {
    this.found = found;
    this.active = -1;
    this.list.replaceChildren(...found.map((one, index) => option(one, `${this.prefix}-${index}`)));
    this.status.textContent = found.length ? this.input.dataset.found.replace("NUM", found.length) : this.input.dataset.none;
    this.expand(found.length > 0 && document.activeElement === this.input);
  }

  expand(isOpen) {
    this.list.hidden = !isOpen;
    this.input.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen) this.input.removeAttribute("aria-activedescendant");
  }

  close() {
    this.active = -1;
    this.expand(false);
  }

  move(step) {
    const items = [...this.list.children];
    this.active = (this.active + step + items.length) % items.length;
    items.forEach((item, index) => item.setAttribute("aria-selected", String(index === this.active)));
    this.input.setAttribute("aria-activedescendant", items[this.active].id);
    items[this.active].scrollIntoView({ block: "nearest" });
  }

  choose(index) {
    const chosen = this.found[index];
    this.input.value = chosen.name;
    if (this.target) this.target.value = chosen.id;
    this.close();
    this.status.textContent = chosen.name;
    this.input.dispatchEvent(new CustomEvent("found", { bubbles: true, detail: chosen }));
  }

  key(event) {
    if (event.key === "Escape" && !this.list.hidden) {
      event.preventDefault();
      this.close();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!this.list.hidden) this.move(event.key === "ArrowDown" ? 1 : this.active < 0 ? 0 : -1);
      else if (this.found.length) this.expand(true);
      else this.ask();
    } else if (event.key === "Enter" && !this.list.hidden && this.active >= 0) {
      event.preventDefault();
      this.choose(this.active);
    }
  }
}

// For fields that come into the page later, too.
export function findIn(place) {
  for (const input of place.querySelectorAll("input[data-find]:not([role=combobox])")) new Finder(input);
}

findIn(document);
