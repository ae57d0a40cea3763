// Keeps an open page current: fetches the changing part anew when the server says that something changed.
"use strict";

const QUIET = 3000; // ms before a change is shown, so that a busy minute does not flicker
const URGENT = 100; // ms before an alert is
const live = document.querySelector("[data-live]");
const state = document.getElementById("state");
const seen = new Set();
let unread = 0;
let timer = null;
let due = Infinity;

function relative(seconds) {
  const format = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
  const units = [["year", 31557600], ["month", 2629800], ["day", 86400], ["hour", 3600], ["minute", 60]];
  for (const [unit, size] of units) {
    if (Math.abs(seconds) >= size) return format.format(Math.trunc(seconds / size), unit);
  }
  return "just now";
}

function tellTimes(root) {
  for (const time of root.querySelectorAll("time")) {
    const text = relative((Date.parse(time.dateTime) - Date.now()) / 1000);
    if (time.textContent !== text) time.textContent = text;
  }
}

function markFresh(root, first) {
  for (const card of root.querySelectorAll("[data-alert]")) {
    if (seen.has(card.dataset.alert)) continue;
    seen.add(card.dataset.alert);
    if (first) continue;
    card.classList.add("fresh");
    if (document.hidden) unread += 1;
  }
  document.title = unread ? `(${unread}) Tocsin` : "Tocsin";
}

async function refresh() {
  timer = null;
  due = Infinity;
  const selection = document.getSelection();
  if (selection && !selection.isCollapsed && live.contains(selection.anchorNode)) {
    schedule(QUIET); // someone is copying text: wait
    return;
  }
  const answer = await fetch("/live", { headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const next = new DOMParser().parseFromString(await answer.text(), "text/html").body;
  const focused = live.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  tellTimes(next);
  markFresh(next, false);
  live.replaceChildren(...next.childNodes);
  if (focused) live.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
}

function schedule(delay) {
  if (Date.now() + delay >= due) return;
  clearTimeout(timer);
  due = Date.now() + delay;
  timer = setTimeout(() => refresh().catch(() => {}), delay);
}

tellTimes(document);
setInterval(() => tellTimes(document), 20000);

if (live) {
  let version = null;
  markFresh(live, true);
  const events = new EventSource("/events");
  events.addEventListener("changed", (event) => {
    if (version !== null && version !== event.data) schedule(QUIET);
    version = event.data;
  });
  events.addEventListener("alert", () => schedule(URGENT));
  events.addEventListener("open", () => { state.textContent = "live"; state.className = "state well"; });
  events.addEventListener("error", () => { state.textContent = "connection lost, trying again"; state.className = "state ill"; });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    unread = 0;
    document.title = "Tocsin";
  });
}
