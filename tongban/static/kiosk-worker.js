// Stands in for the server while it cannot be reached: one page, kept beforehand. Nothing else is
// ever kept, so nothing of anybody is.
"use strict";
const KEPT = "tongban-kiosk-1", PAGE = "/kiosk/offline/";
const PARTS = ["/static/tongban.css", "/static/vendor/bootstrap-5.3.9/bootstrap.min.css", "/static/tongban.js", "/static/kiosk.js", "/static/icon.svg", "/static/django_htmx/htmx-2.min.js"];
self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(KEPT).then((cache) => cache.addAll([PAGE, ...PARTS])).then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => { event.waitUntil(self.clients.claim()); });
self.addEventListener("fetch", (event) => {
  const asked = new URL(event.request.url);
  if (event.request.mode === "navigate") {
    event.respondWith(fetch(event.request).catch(() => caches.match(PAGE)));
  } else if (event.request.method === "GET" && PARTS.includes(asked.pathname)) {
    event.respondWith(fetch(event.request).catch(() => caches.match(asked.pathname)));
  }
});
