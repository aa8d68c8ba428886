// The worker stands between pages and network, so that the pages of forms open without one. The server puts two
// constants before this text: release, the assets' hash, and files, the assets that such pages need.
//
// It keeps no answer of its own accord: pages are put aside by offline.js, for the account that is signed in, and
// deleted at signing out. A page that was put aside more than a day ago is not shown.
/* global release, files */
const shelf = `candour-assets-${release}`
const longest = 24 * 3600 * 1000

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(shelf).then((c) => c.addAll(files)).then(() => self.skipWaiting()))
})

self.addEventListener('activate', (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith('candour-assets-') && name !== shelf) await caches.delete(name)
    await self.clients.claim()
  })())
})

/** The page that was put aside for the address; undefined when there is none, or it is too old. */
async function putAside(address) {
  for (const name of await caches.keys()) {
    if (!name.startsWith('candour-pages')) continue
    const c = await caches.open(name)
    const page = await c.match(address.pathname + address.search)
    if (!page) continue
    const made = Date.parse(page.headers.get('Date') ?? '')
    if (Date.now() - made < longest) return page
    await c.delete(address.pathname + address.search)
  }
  return undefined
}

/** What is shown where there is neither network nor a page put aside. */
async function nothing() {
  const links = []
  for (const name of await caches.keys()) {
    if (!name.startsWith('candour-pages')) continue
    for (const request of await (await caches.open(name)).keys()) {
      const u = new URL(request.url)
      links.push(`<li><a href="${u.pathname}${u.search.replaceAll('&', '&amp;')}">${names[u.pathname] ?? u.pathname}${u.searchParams.get('template') ? `: ${u.searchParams.get('template').replaceAll(/[^a-z0-9-]/g, '')}` : ''}</a></li>`)
    }
  }
  const styles = files.filter((f) => f.endsWith('.css')).map((f) => `<link rel="stylesheet" href="${f}">`).join('')
  return new Response(`<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Off line – Candour</title>${styles}</head><body class="cd"><div class="nhsuk-width-container-fluid cd-page"><main id="maincontent"><h1>You are off line</h1><p class="cd-lead">This page needs the network. Nothing was lost.</p>${links.length > 0 ? `<p>These work without it:</p><ul>${links.join('')}</ul>` : ''}</main></div></body></html>`, { status: 503, headers: { 'Content-Type': 'text/html; charset=utf-8' } })
}

const names = { '/concerns/new': 'Tell us a patient was failed', '/drafts': 'What is kept on this device', '/signals/new/visit': 'Visit', '/signals/new/fifteen_steps': '15 Steps' }

self.addEventListener('fetch', (event) => {
  const { request } = event
  const address = new URL(request.url)
  if (request.method !== 'GET' || address.origin !== self.location.origin) return
  if (address.pathname.startsWith('/assets/')) {
    event.respondWith(caches.match(request).then((held) => held ?? fetch(request)))
  } else if (request.mode === 'navigate') {
    event.respondWith(fetch(request).catch(async () => (await putAside(address)) ?? nothing()))
  }
})
