// Shows an event's hours in the browser's own zone where the reader has chosen none. Without scripts a link does the same.

const language = document.documentElement.lang;
const order = language === "en" ? "en-GB" : language;

function offset(moment) {
  const minutes = -moment.getTimezoneOffset();
  if (minutes === 0) return "UTC";
  const hours = Math.floor(Math.abs(minutes) / 60);
  const rest = Math.abs(minutes) % 60;
  return `UTC${minutes > 0 ? "+" : "\u2212"}${hours}${rest ? `:${rest}` : ""}`;
}

function day(moment, timeZone) {
  return moment.toLocaleDateString("en-CA", { timeZone });
}

function hour(moment) {
  return `${moment.getHours()}:${String(moment.getMinutes()).padStart(2, "0")}`;
}

function shown(moment, isOtherDay) {
  const date = isOtherDay ? `${moment.toLocaleDateString(order, { day: "numeric", month: "short" })}, ` : "";
  return date + hour(moment);
}

function isSameClock(moment, timeZone) {
  const wall = { day: "numeric", hour: "numeric", minute: "numeric" };
  return moment.toLocaleString("en", wall) === moment.toLocaleString("en", { ...wall, timeZone });
}

for (const place of document.querySelectorAll("[data-zone]")) {
  const { starts, ends, eventZone, text } = place.dataset;
  const [first, last] = [new Date(starts), new Date(ends)];
  if (isSameClock(first, eventZone) && isSameClock(last, eventZone)) continue;
  const isOtherDay = day(first) !== day(first, eventZone);
  const endsOtherDay = day(last) !== day(first);
  const dash = endsOtherDay ? " \u2013 " : "\u2013";
  const hours = `${shown(first, isOtherDay || endsOtherDay)}${dash}${shown(last, endsOtherDay)}`;
  const change = place.parentElement.querySelector("[data-zone-change]");
  place.textContent = text.replace("ZONE", offset(first)).replace("HOURS", hours) + (change ? " \u00b7 " : "");
  place.hidden = false;
  if (change) change.textContent = change.dataset.zoneChange;
}
