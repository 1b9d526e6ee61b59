// The agenda editor in place: the page's own forms are sent without leaving it, rows are dragged by their handle (mouse and touch) and
// moved with Alt + arrows. What comes back is the same page; a row in which somebody has typed and not saved stays as it is.

import { findIn } from "./find.mjs";

const main = document.querySelector("main");
const status = document.createElement("p");
status.className = "vh";
status.setAttribute("role", "status");
document.body.append(status);

const EDGE = 90;
const STEP = 14;
let busy = false;

const rowOf = (element) => element?.closest("li[data-row]") ?? null;
const list = () => document.getElementById("editor");
const rows = () => [...main.querySelectorAll("li[data-row]")];

function isTyped(control) {
  if (control.matches("select")) return [...control.options].some((option) => option.selected !== option.defaultSelected && control.querySelector("[selected]"));
  if (control.matches("input[type=checkbox],input[type=radio]")) return control.checked !== control.defaultChecked;
  return control.matches("input:not([type=hidden]),textarea") && control.value !== control.defaultValue;
}

function isDirty(row) {
  return row.hasAttribute("data-kept") || [...row.querySelectorAll("input,select,textarea")].some(isTyped);
}

function say(words) {
  status.textContent = "";
  setTimeout(() => { status.textContent = words; }, 50);
}

function complain(row, words) {
  (row ?? main).querySelector(".trouble")?.remove();
  const note = document.createElement("p");
  note.className = "trouble wd note bad";
  note.setAttribute("role", "alert");
  note.textContent = words;
  (row?.querySelector(".item") ?? main).append(note);
}

function markOf(element) {
  if (!element || element === document.body || !main.contains(element)) return null;
  return { id: element.id, row: rowOf(element)?.id, name: element.name, value: element.value, isButton: element.matches("button") };
}

function find(mark) {
  if (!mark) return null;
  const row = mark.row ? document.getElementById(mark.row) : null;
  const same = mark.id && document.getElementById(mark.id);
  const alike = mark.isButton && mark.name ? [...(row ?? main).querySelectorAll("button")].find((one) => one.name === mark.name && one.value === mark.value) : null;
  return [same, alike, row].find((one) => one && !one.disabled) ?? null;
}

// What is open, typed and focused in the present page goes on in the new one.
function show(html, sent) {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  const content = fresh.querySelector("main");
  if (!content) return false;
  const focused = markOf(document.activeElement);
  const opened = [...main.querySelectorAll("details[open][id]")].map((one) => one.id);
  const kept = rows().filter((row) => row !== sent && isDirty(row));
  main.replaceChildren(...content.childNodes);
  document.title = fresh.title;
  for (const row of kept) {
    row.setAttribute("data-kept", "");
    const twin = document.getElementById(row.id);
    if (twin) twin.replaceWith(row);
    else list()?.append(row);
  }
  for (const id of opened) document.getElementById(id)?.setAttribute("open", "");
  prepare();
  const target = find(focused);
  if (target && target !== document.activeElement) target.focus({ preventScroll: true });
  const said = main.querySelector(".errsum,[role=alert],.toast,.note[role=status]");
  document.getElementById("guard")?.focus();
  if (said) say(said.dataset.said ?? said.textContent.trim().replace(/\s+/g, " "));
  return true;
}

async function ask(address, options, row) {
  if (busy) return false;
  busy = true;
  row?.classList.add("busy");
  try {
    const answer = await fetch(address, { ...options, headers: { Accept: "application/json, text/html;q=0.9" } });
    const text = await answer.text();
    if ((answer.headers.get("Content-Type") ?? "").includes("json")) complain(row, JSON.parse(text).error ?? words("failed"));
    else if (!text.includes("data-agenda") || !show(text, answer.status < 400 || answer.status === 409 || answer.status === 422 ? row : null)) complain(row, words("failed"));
    return answer.ok;
  } catch {
    complain(row, words("offline"));
    return false;
  } finally {
    busy = false;
    row?.classList.remove("busy");
  }
}

const words = (name) => main.querySelector("[data-agenda]")?.dataset[name] ?? "";

function send(form, values = {}) {
  const row = rowOf(form);
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form)) body.append(name, value);
  for (const [name, value] of Object.entries(values)) body.set(name, value);
  return ask(form.getAttribute("action"), { method: "POST", body, keepalive: true }, row);
}

function move(row, order) {
  const form = row.querySelector("form");
  if (form) send(form, { do: order });
}

function prepare() {
  for (const handle of main.querySelectorAll("[data-handle]")) handle.hidden = false;
  findIn(main);
}

main.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  event.preventDefault();
  send(form, event.submitter?.name ? { [event.submitter.name]: event.submitter.value } : {});
});

main.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-edit],a[data-fresh]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const row = rowOf(link);
  ask(link.href, {}, row).then(() => document.getElementById(row?.id)?.querySelector("input:not([type=hidden])")?.focus());
});

// Whoever is chosen from the register says whether it is a person or an organisation.
main.addEventListener("found", (event) => {
  const box = event.target.closest("details")?.querySelector("[data-organisation]");
  if (box) box.checked = Boolean(event.detail.is_organisation);
});

// A row is saved when one leaves it, so that nothing waits for a button.
main.addEventListener("focusout", (event) => {
  const row = rowOf(event.target);
  const form = row?.querySelector("form");
  if (!form || row.contains(event.relatedTarget)) return;
  setTimeout(() => {
    const isLeft = !row.contains(document.activeElement) && document.contains(row) && document.hasFocus();
    if (isLeft && !busy && !row.querySelector(".note.bad") && isDirty(row)) send(form, { do: "save" });
  }, 0);
});

main.addEventListener("keydown", (event) => {
  const row = rowOf(event.target);
  if (!row || !event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
  event.preventDefault();
  const order = event.key === "ArrowUp" ? "up" : "down";
  if (!row.querySelector(`button[name=do][value=${order}]`)?.disabled) move(row, order);
});

// Dragging: the row follows the pointer in the list, the page scrolls at its edges, Escape lets go. The document listens: a row that is
// put elsewhere in the list loses its pointer capture.
main.addEventListener("pointerdown", (event) => {
  const handle = event.target.closest("[data-handle]");
  const row = rowOf(handle);
  if (!row || event.button > 0 || busy) return;
  event.preventDefault();
  handle.focus({ preventScroll: true });
  drag(handle, row, event.pointerId, event.clientY);
});

function drag(handle, row, pointer, from) {
  const start = row.nextElementSibling;
  let y = from;
  let frame = 0;
  row.classList.add("held");
  const settle = () => {
    const others = rows().filter((one) => one !== row);
    const after = others.find((one) => y < one.getBoundingClientRect().top + one.offsetHeight / 2);
    if (after !== row.nextElementSibling) list().insertBefore(row, after ?? null);
  };
  const scroll = () => {
    const by = y < EDGE ? -STEP : y > window.innerHeight - EDGE ? STEP : 0;
    if (by) {
      window.scrollBy(0, by);
      settle();
    }
    frame = requestAnimationFrame(scroll);
  };
  const follow = (event) => {
    if (event.pointerId !== pointer) return;
    y = event.clientY;
    if (Math.abs(y - from) > 4) settle();
  };
  const end = (isDropped) => {
    cancelAnimationFrame(frame);
    row.classList.remove("held");
    document.removeEventListener("pointermove", follow);
    document.removeEventListener("pointerup", drop);
    document.removeEventListener("pointercancel", cancel);
    document.removeEventListener("keydown", escape);
    const next = row.nextElementSibling;
    if (isDropped && next !== start) {
      move(row, next ? `before:${next.dataset.row}` : "last");
      return;
    }
    if (next !== start) list().insertBefore(row, start);
  };
  const drop = () => end(true);
  const cancel = () => end(false);
  const escape = (event) => { if (event.key === "Escape") end(false); };
  document.addEventListener("pointermove", follow);
  document.addEventListener("pointerup", drop);
  document.addEventListener("pointercancel", cancel);
  document.addEventListener("keydown", escape);
  frame = requestAnimationFrame(scroll);
}

window.addEventListener("beforeunload", (event) => {
  if (!busy && rows().some(isDirty)) event.preventDefault();
});

prepare();
