// Keyboard: a letter shown on a button presses it; "/" goes to the search box; "?" lists keys.
"use strict";
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const wanted = [...document.querySelectorAll("[data-hotkey]")].find(
    (element) => element.dataset.hotkey === event.key.toLowerCase());
  if (!wanted) return;
  event.preventDefault();
  if (wanted.matches("input")) wanted.focus(); else wanted.click();
});
// A form is sent once: a second press finds its button resting.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) { event.preventDefault(); return; }
  if (form.method === "post") {
    form.dataset.sent = "1";
    setTimeout(() => { delete form.dataset.sent; }, 4000);
  }
});
// Back to a kept page: forms may be sent again.
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => { delete form.dataset.sent; });
});
document.addEventListener("htmx:afterSwap", (event) => {
  const first = event.detail.target.querySelector(".summary, textarea, input:not([type=hidden]), select, button");
  if (first) first.focus();
});
// Live pages reload their part when the stream speaks, at most three times a second; they say when
// it is silent and for how long, and come back by themselves whatever the server answered meanwhile.
document.querySelectorAll("[data-live]").forEach((element) => {
  const stale = document.querySelector("[data-stale]"), age = document.querySelector("[data-age]");
  let due = null, since = null;
  const refresh = () => {
    due = due || setTimeout(() => { due = null; if (window.htmx) htmx.trigger(element, "live"); }, 150 + 150 * Math.random());
  };
  const listen = () => {
    const stream = new EventSource(element.dataset.live);
    stream.addEventListener("message", refresh);
    stream.addEventListener("open", () => { since = null; if (stale) stale.hidden = true; refresh(); });
    stream.addEventListener("error", () => {
      since = since || Date.now();
      if (stale) stale.hidden = false;
      if (stream.readyState === EventSource.CLOSED) setTimeout(listen, 2000);
    });
  };
  listen();
  setInterval(() => {
    if (age && since) age.textContent = age.dataset.words.replace("%s", Math.round((Date.now() - since) / 1000));
  }, 1000);
});
// Calls are spoken twice; where the browser has no voice of the language, from recorded numbers.
const RECORDED = { "请": "qing", "号到": "haodao", "号窗口": "haochuangkou" };
function recorded(words) {
  const parts = [];
  for (const part of words.match(/号到|号窗口|请|[A-Z]|\d+/g) || []) {
    if (RECORDED[part]) parts.push(RECORDED[part]);
    else if (/\d/.test(part) && parts.at(-1) === "haodao" && part.length < 3) {
      const tens = Math.floor(Number(part) / 10), ones = Number(part) % 10;
      if (tens > 1) parts.push(String(tens));
      if (tens) parts.push("shi");
      if (ones || !tens) parts.push(String(ones));
    } else parts.push(...part);
  }
  return parts;
}
let playingParts = Promise.resolve();
function playRecorded(words) {
  recorded(words).forEach((part) => {
    playingParts = playingParts.then(() => new Promise((done) => {
      const sound = new Audio(`/static/voice/${part}.ogg`);
      sound.addEventListener("ended", done); sound.addEventListener("error", done);
      sound.play().catch(done);
    }));
  });
}
function utter(words) {
  const spokenWords = new SpeechSynthesisUtterance(words);
  spokenWords.lang = document.documentElement.lang; spokenWords.rate = 0.9;
  speechSynthesis.speak(spokenWords);
}
function say(words) {
  const short = document.documentElement.lang.slice(0, 2);
  const voices = window.speechSynthesis ? speechSynthesis.getVoices() : [];
  if (!voices.some((voice) => voice.lang.startsWith(short))) { playRecorded(words); return; }
  utter(words);
}
if (window.speechSynthesis) speechSynthesis.getVoices(); // asks the browser to load its voices
// Each call once; what stood there when the page was opened is not spoken.
const spoken = new Set([...document.querySelectorAll("[data-say]")].map((row) => row.dataset.sayId));
document.addEventListener("htmx:afterSwap", () => {
  document.querySelectorAll("[data-say]").forEach((row) => {
    if (spoken.has(row.dataset.sayId)) return;
    spoken.add(row.dataset.sayId);
    if (spoken.size > 200) spoken.delete(spoken.values().next().value);
    for (let times = 0; times < 2; times += 1) say(row.dataset.say);
  });
});
// A machine goes back to its first page by itself; a screen that was paired starts to show.
document.querySelectorAll("[data-back]").forEach((part) => {
  setTimeout(() => { window.location.href = part.dataset.back; }, 12000);
});
document.querySelectorAll("[data-until-paired]").forEach((part) => {
  part.addEventListener("htmx:afterRequest", (event) => {
    if (!event.detail.xhr.responseText.includes("data-until-paired")) window.location.reload();
  });
});
// A file over the limit is refused before it is sent; the server refuses it too.
document.addEventListener("change", (event) => {
  const input = event.target, form = input.closest("form[data-most-bytes]");
  if (!form || input.type !== "file") return;
  const large = [...input.files].some((file) => file.size > Number(form.dataset.mostBytes));
  input.setCustomValidity(large ? form.dataset.tooLarge : "");
  if (large) { input.reportValidity(); input.value = ""; }
});
// j and k: the next and the former matter of the list beside the case.
document.addEventListener("keydown", (event) => {
  if (event.target.closest("input, textarea, select") || !["j", "k"].includes(event.key)) return;
  const rows = [...document.querySelectorAll(".queue-list a")];
  const here = rows.findIndex((row) => row.classList.contains("on"));
  const next = rows[here + (event.key === "j" ? 1 : -1)];
  if (next) next.click();
});
// ? lists the keys, and closes the list again.
document.addEventListener("keydown", (event) => {
  const keys = document.getElementById("keys");
  if (!keys || event.key !== "?" || event.target.closest("input, textarea, select")) return;
  if (keys.open) keys.close(); else keys.showModal();
});
// The name of a chosen file stands beside its button.
document.addEventListener("change", (event) => {
  if (event.target.type !== "file") return;
  const shown = event.target.parentElement.querySelector("output");
  if (shown) shown.textContent = [...event.target.files].map((file) => file.name).join(" ");
});
// A film goes on by itself: each frame presses "next", until the last or until it is stopped.
let playing = null;
function playFilm(on) {
  clearInterval(playing);
  playing = on ? setInterval(() => {
    const next = document.querySelector("[data-film] [rel=next]");
    if (!next || next.getAttribute("aria-disabled")) playFilm(false); else next.click();
  }, 1500) : null;
  const button = document.querySelector("[data-film] [data-play]");
  if (button) {
    button.dataset.start = button.dataset.start || button.textContent;
    button.textContent = on ? button.dataset.playing : button.dataset.start;
  }
}
document.addEventListener("click", (event) => { if (event.target.closest("[data-play]")) playFilm(!playing); });
document.addEventListener("htmx:afterSwap", (event) => { if (event.detail.target.id === "film" && playing) playFilm(true); });
// A phrase is put where one was writing, or into the first field for text; Alt and its number do the same.
let writing = null;
document.addEventListener("focusin", (event) => { if (event.target.matches("textarea")) writing = event.target; });
function putPhrase(button) {
  const form = button.closest("form"), words = button.querySelector("span").textContent;
  const field = writing && form.contains(writing) ? writing : form.querySelector("textarea");
  if (!field) return;
  field.setRangeText((field.value && !/\s$/.test(field.value.slice(0, field.selectionStart)) ? "\n" : "") + words,
    field.selectionStart, field.selectionEnd, "end");
  field.focus();
}
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-phrase]");
  if (button) putPhrase(button);
});
document.addEventListener("keydown", (event) => {
  const button = event.altKey && /^Digit[1-9]$/.test(event.code)
    && document.querySelector(`[data-phrase="${event.code.slice(5)}"]`);
  if (button) { event.preventDefault(); putPhrase(button); }
  const onward = event.key === "Enter" && (event.ctrlKey || event.metaKey) && document.querySelector("[data-go-next]");
  if (onward) { event.preventDefault(); onward.click(); }
});
// What is printed is fetched into a frame that nobody sees; the browser's own dialogue follows.
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-print]");
  if (!link) return;
  event.preventDefault();
  const frame = document.createElement("iframe");
  frame.className = "visually-hidden"; frame.src = link.href;
  frame.addEventListener("load", () => { frame.contentWindow.focus(); frame.contentWindow.print(); });
  document.body.append(frame);
});
document.addEventListener("click", (event) => { if (event.target.closest("[data-print-page]")) window.print(); });
document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-all]")) return;
  event.target.closest("form").querySelectorAll("tbody input[type=checkbox]").forEach((box) => { box.checked = event.target.checked; });
});
// Handwriting: each stroke a line of points, kept as the path of an SVG.
document.querySelectorAll("[data-signature]").forEach((box) => {
  const canvas = box.querySelector("canvas"), field = box.querySelector("input"), pen = canvas.getContext("2d");
  let drawing = false, path = field.value;
  pen.lineWidth = 5; pen.lineCap = pen.lineJoin = "round";
  if (path) pen.stroke(new Path2D(path));
  const place = (event) => {
    const frame = canvas.getBoundingClientRect();
    const within = (value, size, most) => Math.max(0, Math.min(most, Math.round(value * most / size)));
    return [within(event.clientX - frame.left, frame.width, canvas.width), within(event.clientY - frame.top, frame.height, canvas.height)];
  };
  canvas.addEventListener("pointerdown", (event) => {
    drawing = true; canvas.setPointerCapture(event.pointerId);
    const [x, y] = place(event); path += `M${x} ${y}`; pen.beginPath(); pen.moveTo(x, y);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!drawing || path.length > 19900) return;
    const [x, y] = place(event); path += `L${x} ${y}`; pen.lineTo(x, y); pen.stroke();
  });
  canvas.addEventListener("pointerup", () => { drawing = false; field.value = path; });
  box.querySelector("[data-clear]").addEventListener("click", () => {
    path = field.value = ""; pen.clearRect(0, 0, canvas.width, canvas.height);
  });
});
// A paper opens in the frame beside the form: what is being typed stays.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[target=paper]");
  if (!link) return;
  link.parentElement.querySelectorAll("a").forEach((other) => {
    other.classList.toggle("on", other === link);
    if (other === link) other.setAttribute("aria-current", "true"); else other.removeAttribute("aria-current");
  });
});
