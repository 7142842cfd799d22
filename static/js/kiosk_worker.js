// The service worker of the kiosk. It keeps one page, which is shown while the server cannot be reached, and nothing of
// any card. Whatever else is asked for comes from the server.
const KEPT = "kiosk-away";
const AWAY = new URL("kiosk/away", self.registration.scope.replace(/kiosk$/, "")).href;

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const page = await fetch(AWAY, { cache: "no-store" });
    const parts = [...(await page.clone().text()).matchAll(/(?:href|src)="([^"]+\.(?:css|js|svg)[^"]*)"/g)];
    const cache = await caches.open(KEPT);
    await cache.put(AWAY, page);
    await cache.addAll(parts.map(([, url]) => new URL(url, AWAY).href));
    await self.skipWaiting();
  })());
});

for (const moment of ["activate", "message"]) {
  self.addEventListener(moment, (event) => event.waitUntil(self.clients.claim()));
}

const kept = async (url) => (await (await caches.open(KEPT)).match(url)) ?? Response.error();

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.mode === "navigate") {
    event.respondWith((async () => {
      try {
        const answer = await fetch(request);
        return [502, 503, 504].includes(answer.status) ? await kept(AWAY) : answer;
      } catch {
        return kept(AWAY);
      }
    })());
  } else if (request.method === "GET") {
    event.respondWith(fetch(request).catch(() => kept(request.url)));
  }
});
