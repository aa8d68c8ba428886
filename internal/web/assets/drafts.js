// What is typed into a form is kept on this device until it is sent: in the browser's own database, encrypted under a
// key that scripts can use but not read out, for the account that typed it, and for seven days at most. Signing out
// deletes all of it. docs/user/visiting-officer.md says what this protects against and what it doesn't.
const days = 7
const mark = 'candour-drafts' // in localStorage: something may be kept, so that other pages needn't open the database

/** Whether the browser can keep drafts: encryption needs https or this machine itself. */
export function canKeep() {
  return typeof indexedDB !== 'undefined' && Boolean(globalThis.crypto?.subtle)
}

/** Whether anything may be kept. */
export function mayHold() {
  try {
    return localStorage.getItem(mark) === 'yes'
  } catch {
    return true
  }
}

function remember(yes) {
  try {
    if (yes) localStorage.setItem(mark, 'yes')
    else localStorage.removeItem(mark)
  } catch {
    // Storage is refused: each page looks.
  }
}

/** A request of the database as a promise. */
function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

let opened
function database() {
  if (!opened) {
    const request = indexedDB.open('candour', 1)
    request.onupgradeneeded = () => {
      request.result.createObjectStore('draft', { keyPath: 'id' })
      request.result.createObjectStore('key', { keyPath: 'owner' })
    }
    opened = done(request)
  }
  return opened
}

async function store(name, mode) {
  return (await database()).transaction(name, mode).objectStore(name)
}

/** The owner's key, made on first use. */
async function keyOf(owner) {
  const held = await done((await store('key', 'readonly')).get(owner))
  if (held) return held.key
  const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
  await done((await store('key', 'readwrite')).put({ owner, key }))
  return key
}

/** A number by which a form that is sent twice is known. */
export function drawNumber() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, '0')).join('')
}

/** Keeps a draft: its fields and title are encrypted, the rest says where it belongs. */
export async function keep({ id, owner, path, action, multipart, state, title, fields, why }) {
  const iv = crypto.getRandomValues(new Uint8Array(12))
  const text = new TextEncoder().encode(JSON.stringify({ title, fields }))
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, await keyOf(owner), text)
  remember(true)
  await done((await store('draft', 'readwrite')).put({ id, owner, path, action, multipart, state, why: why ?? '', saved: Date.now(), iv, sealed }))
}

/** The drafts on this device: those of the owner opened, of others only that they are there. Old ones are deleted. */
export async function drafts(owner) {
  if (!canKeep()) return []
  const all = await done((await store('draft', 'readonly')).getAll())
  const out = []
  for (const d of all) {
    if (Date.now() - d.saved > days * 86400000) {
      await remove(d.id)
      continue
    }
    const ends = d.saved + days * 86400000
    if (d.owner !== owner) {
      out.push({ id: d.id, other: true, ends })
      continue
    }
    try {
      const text = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: d.iv }, await keyOf(owner), d.sealed)
      out.push({ ...d, ...JSON.parse(new TextDecoder().decode(text)), ends })
    } catch {
      await remove(d.id) // its key is gone: nobody can read it any more
    }
  }
  remember(out.length > 0)
  return out
}

/** Deletes one draft. */
export async function remove(id) {
  await done((await store('draft', 'readwrite')).delete(id))
}

/** Deletes everything that is kept on this device: drafts, keys, pages. */
export async function clearDevice() {
  if (opened) (await opened).close()
  opened = undefined
  if (typeof indexedDB !== 'undefined') await done(indexedDB.deleteDatabase('candour')).catch(() => {})
  if (typeof caches !== 'undefined') for (const name of await caches.keys()) if (name.startsWith('candour-pages')) await caches.delete(name)
  remember(false)
}
