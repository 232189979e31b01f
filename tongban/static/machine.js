// A ticket machine that goes on alone: numbers from a reserved block, a journal with a counter that
// only grows, sent until the server says up to which entry it is saved. Nothing is dropped before.
"use strict";
const STORE = "tongban-machine", WAIT = 3000, AGAIN = 10000, LOW = 4;
const kept = () => JSON.parse(localStorage.getItem(STORE) || '{"day":"","labels":{},"counter":0,"journal":[]}');
const keep = (state) => localStorage.setItem(STORE, JSON.stringify(state));
const localDay = () => new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 10); // China has one time

async function ask(path, body) {
  const stop = new AbortController(), timer = setTimeout(() => stop.abort(), WAIT);
  try {
    const answer = await fetch(path, { method: "POST", body, signal: stop.signal,
      headers: typeof body === "string" ? { "Content-Type": "application/json" } : {} });
    if (answer.status >= 500) throw new Error(String(answer.status));
    return answer;
  } finally { clearTimeout(timer); }
}

async function sendJournal() {
  const state = kept();
  if (!state.journal.length) return;
  const answer = await ask("/hall/screen/journal/", JSON.stringify({ sent: new Date().toISOString(), entries: state.journal }));
  if (!answer.ok) return;
  const { saved } = await answer.json(), now = kept();
  now.journal = now.journal.filter((entry) => entry.counter > saved);
  keep(now);
}

async function fetchBlock() {
  const state = kept(), left = Math.min(...Object.values(state.labels).map((labels) => labels.length));
  if (state.journal.length || (state.day === localDay() && left > LOW)) return;
  const answer = await ask("/hall/screen/block/", "{}");
  if (!answer.ok) return;
  const block = await answer.json();
  keep({ day: block.day, labels: block.labels, counter: Math.max(block.counter, state.counter), journal: [] });
}

function drawAlone(form, group) {
  const state = kept(), labels = state.day === localDay() ? state.labels[group] || [] : [];
  const label = labels.shift(), shown = document.querySelector("[data-alone]");
  shown.hidden = false;
  if (!label) { shown.querySelector("b").textContent = "—"; return; }
  state.counter += 1;
  state.journal.push({ counter: state.counter, kind: "ticket", at: new Date().toISOString(),
    data: { group, label, reason: new FormData(form).get("reason") || "" } });
  keep(state); // written down before it is shown
  shown.querySelector("b").textContent = label;
  setTimeout(() => { shown.hidden = true; }, 12000);
}

function show(page) {
  const part = new DOMParser().parseFromString(page, "text/html").querySelector("main");
  document.querySelector("main").replaceWith(part);
  setTimeout(() => { window.location.href = "/hall/screen/"; }, 12000);
}

document.querySelectorAll("form[data-draw]").forEach((form) => {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const group = event.submitter.value, body = new FormData(form, event.submitter);
    try {
      const answer = await ask(form.action, body);
      show(await answer.text());
    } catch { drawAlone(form, group); } finally { delete form.dataset.sent; }
  });
  const keepUp = async () => { try { await sendJournal(); await fetchBlock(); } catch { /* away: tried again */ } };
  keepUp();
  setInterval(keepUp, AGAIN);
});
