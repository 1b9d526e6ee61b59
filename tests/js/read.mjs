/* Reads calendars with ical.js: a line of JSON in (files as text), a line of JSON out (their entries). */
import { createInterface } from "node:readline";
import ICAL from "ical.js";

const instant = (time) => new Date(time.toUnixTime() * 1000).toISOString().replace(".000Z", "Z");

function entry(component) {
  const event = new ICAL.Event(component);
  const one = (name) => component.getFirstPropertyValue(name);
  const attendees = component.getAllProperties("attendee");
  return {
    uid: event.uid,
    sequence: event.sequence,
    starts_at: instant(event.startDate),
    ends_at: instant(event.endDate),
    summary: event.summary,
    description: event.description,
    location: event.location,
    status: one("status"),
    organizer: one("organizer"),
    organizer_name: component.getFirstProperty("organizer")?.getFirstParameter("cn") ?? null,
    attendees: attendees.map((attendee) => attendee.getFirstValue()),
    attendee_names: attendees.map((attendee) => attendee.getFirstParameter("cn") ?? null),
    alarms: component.getAllSubcomponents("valarm").map((alarm) => String(alarm.getFirstPropertyValue("trigger"))),
  };
}

function file(text) {
  const calendar = new ICAL.Component(ICAL.parse(text));
  return { method: calendar.getFirstPropertyValue("method"), entries: calendar.getAllSubcomponents("vevent").map(entry) };
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(JSON.parse(line).map(file))}\n`);
}
