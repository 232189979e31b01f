// At a kiosk: signs of life, the countdown that ends a sitting, hints by voice, papers printed in
// place, and a journal that is sent until the server says up to which entry it is saved.
"use strict";
const BAR = document.querySelector("[data-kiosk]");
const JOURNAL = "tongban-kiosk", EVERY = 60000, AGAIN = 10000, LAST_SECONDS = 15;
const journal = () => JSON.parse(localStorage.getItem(JOURNAL) || '{"counter":0,"entries":[]}');
const keepJournal = (state) => localStorage.setItem(JOURNAL, JSON.stringify(state));

async function tell(path, body) {
  const answer = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

async function sendKept() {
  const state = journal();
  if (!state.entries.length) return [];
  const answer = await tell("/kiosk/journal/", { sent: new Date().toISOString(), entries: state.entries });
  const now = journal();
  now.entries = now.entries.filter((entry) => entry.counter > answer.saved);
  keepJournal(now);
  return Object.values(answer.results);
}

async function signOfLife() {
  const health = { screen: `${screen.width}x${screen.height}`, waiting: String(journal().entries.length) };
  const { round, counter } = await tell("/kiosk/heartbeat/", { sent: new Date().toISOString(), software: "browser", health });
  const state = journal();
  if (counter > state.counter) { state.counter = counter; keepJournal(state); }
  await sendKept();
  if (BAR && (BAR.dataset.round || String(round)) !== String(round) && !BAR.dataset.signed) window.location.href = "/kiosk/";
}

// Only the server can read what is kept here: a key of its own for each entry, half of it forgotten.
async function sealed(point, data) {
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)));
  const curve = { name: "ECDH", namedCurve: "P-256" };
  const theirs = await crypto.subtle.importKey("raw", bytes(point), curve, false, []);
  const mine = await crypto.subtle.generateKey(curve, false, ["deriveBits"]);
  const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: theirs }, mine.privateKey, 256);
  const own = await crypto.subtle.exportKey("raw", mine.publicKey);
  const base = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
  const info = new TextEncoder().encode("tongban kiosk box");
  const key = await crypto.subtle.deriveKey({ name: "HKDF", hash: "SHA-256", salt: own, info }, base, { name: "AES-GCM", length: 256 }, false, ["encrypt"]);
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  const content = await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce }, key, new TextEncoder().encode(JSON.stringify(data)));
  return { point: text(own), nonce: text(nonce), content: text(content) };
}

function write(kind, data) {
  const state = journal();
  state.counter += 1;
  state.entries.push({ counter: state.counter, kind, at: new Date().toISOString(), data });
  keepJournal(state);
}

document.querySelectorAll("form[data-keep]").forEach((form) => {
  const said = form.querySelector("[data-said]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    write(form.dataset.keep, await sealed(form.dataset.point, Object.fromEntries(new FormData(form))));
    form.reset();
    said.textContent = form.dataset.kept;
    try {
      const results = await sendKept();
      if (results.length) said.textContent = results.at(-1).refused ? results.at(-1).reason : form.dataset.sentWords;
    } catch { /* away: it stays kept, and says so */ }
    delete form.dataset.sent;
  });
});
const waitingShown = document.querySelector("[data-waiting]");
function showWaiting() {
  if (!waitingShown) return;
  const count = journal().entries.length;
  waitingShown.textContent = count ? waitingShown.dataset.words.replace("%s", count) : waitingShown.dataset.none;
}
// Back on line: the page that had to stand in gives way.
async function lookForNetwork() {
  showWaiting();
  try { await signOfLife(); } catch { return; }
  showWaiting();
  if (document.querySelector("[data-offline]") && !journal().entries.length && window.location.pathname !== "/kiosk/offline/") window.location.href = "/kiosk/";
}

if (BAR) {
  const left = BAR.querySelector("[data-left]"), ask = document.querySelector("[data-still-there]");
  let since = Date.now();
  const touched = () => { since = Date.now(); if (ask && ask.open) ask.close(); };
  ["pointerdown", "keydown", "scroll"].forEach((name) => document.addEventListener(name, touched, { passive: true }));
  const quiet = Number(BAR.dataset.quiet);
  setInterval(() => {
    const rest = Math.max(quiet - Math.round((Date.now() - since) / 1000), 0);
    left.textContent = rest;
    if (rest === LAST_SECONDS && BAR.dataset.signed && ask && !ask.open) { ask.showModal(); hint(ask.textContent); }
    if (rest > 0) return;
    since = Date.now();
    if (BAR.dataset.signed) document.querySelector("[data-end]").requestSubmit();
    else if (window.location.pathname !== "/kiosk/" || window.location.search) window.location.href = "/kiosk/";
  }, 1000);
  setInterval(() => { lookForNetwork(); }, BAR.dataset.offline === undefined ? EVERY : AGAIN);
  lookForNetwork();
  document.querySelectorAll("input").forEach((input) => { input.autocomplete = "off"; });
  if (navigator.serviceWorker) navigator.serviceWorker.register("/kiosk/worker.js", { scope: "/" }).catch(() => {});
  const voice = BAR.querySelector("[data-voice]");
  if (voice) voice.addEventListener("click", () => hint((document.querySelector("[data-hint], h1") || document.body).textContent));
}

function hint(words) {
  if (!window.speechSynthesis) return;
  speechSynthesis.cancel();
  utter(words.trim()); // of tongban.js, which every page loads before
}

// A paper is printed where one stands: opened as a page of its own it would stay on the screen.
document.addEventListener("click", async (event) => {
  const link = BAR && event.target.closest("a[href]");
  if (!link || !/\/(paper|documents)\/|\.pdf$/.test(link.pathname)) return;
  event.preventDefault();
  const answer = await fetch(link.href);
  if (!answer.ok) return;
  const address = URL.createObjectURL(await answer.blob());
  document.querySelectorAll("iframe[data-paper]").forEach((old) => { URL.revokeObjectURL(old.src); old.remove(); });
  const frame = Object.assign(document.createElement("iframe"), { src: address, title: link.textContent, hidden: true });
  frame.dataset.paper = "";
  frame.addEventListener("load", () => { frame.contentWindow.focus(); frame.contentWindow.print(); });
  document.body.append(frame);
  BAR.querySelector("[data-printing]").hidden = false;
  setTimeout(() => { BAR.querySelector("[data-printing]").hidden = true; }, 6000);
});
