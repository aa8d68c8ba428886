// Forms that work without a network: what is typed is kept (drafts.js), sent when the server can be reached, and known
// again by its number, so that nothing is sent twice. Pages with such forms are kept by the worker (worker.js).
import { canKeep, clearDevice, drafts, drawNumber, keep, mayHold, remove } from './drafts.js'

const patience = 30000 // milliseconds until a server that doesn't answer counts as none
const pages = 'candour-pages'

/** An element with text, so that nothing typed is ever read as markup. */
function make(name, text, attributes = {}) {
  const e = document.createElement(name)
  e.textContent = text
  for (const [k, v] of Object.entries(attributes)) e.setAttribute(k, v)
  return e
}

/** Says how things stand, where the page has a place for it. */
function say(text, ...links) {
  let place = document.querySelector('[data-draft-state]')
  if (!place) {
    place = make('div', '', { class: 'cd-draft', 'data-draft-state': '', role: 'status' })
    document.querySelector('main')?.prepend(place)
  }
  place.replaceChildren()
  if (!text) return
  const p = make('p', text + ' ')
  for (const [words, href] of links) p.append(make('a', words, { href }), ' ')
  place.append(p)
}

/** Sends one form. The answer: sent, offline, signed-out, other, refused or failed. */
async function post(action, fields, body) {
  let response
  try {
    response = await fetch(action, { method: 'POST', body: body ?? new URLSearchParams(fields), signal: AbortSignal.timeout(patience) })
  } catch {
    return { outcome: 'offline' }
  }
  const path = new URL(response.url).pathname
  if (response.status === 401 || path === '/sign-in') return { outcome: 'signed-out' }
  if (response.ok && response.redirected) return { outcome: 'sent', url: response.url, ref: path.split('/').pop() }
  if (response.status === 403 || response.status === 409) return { outcome: 'other' }
  if (response.status === 400 || response.status === 413 || response.status === 422) return { outcome: 'refused' }
  return { outcome: 'failed' }
}

const words = {
  offline: 'Kept on this device, encrypted; it goes when you’re back on line.',
  'signed-out': 'You are signed out. It is kept on this device and goes when you have signed in again.',
  other: 'It belongs to another account or another commissioner, so it was not sent. It is kept on this device.',
  refused: 'Something on it must be put right before it can go. Open it to see what.',
  failed: 'The server could not take it. It is kept on this device and is tried again.',
}

/** Sends every draft that waits; one tab at a time. */
async function sendAll(owner) {
  if (!owner || !mayHold()) return
  const work = async () => {
    const sent = []
    let trouble = ''
    for (const d of (await drafts(owner)).filter((d) => !d.other && d.state === 'send')) {
      const { outcome, ref } = await post(d.action, d.fields)
      if (outcome === 'sent') {
        await remove(d.id)
        sent.push(ref)
        continue
      }
      trouble = outcome
      await keep({ ...d, state: outcome === 'refused' ? 'refused' : 'send', why: outcome })
      if (outcome !== 'refused') break // the next would fare no better
    }
    const left = (await drafts(owner)).filter((d) => !d.other)
    const told = sent.length > 0 ? `Sent what was kept: ${sent.join(', ')}. ` : ''
    if (told || trouble) say(told + (trouble ? words[trouble] : ''), ...(left.length > 0 ? [['See what is kept', '/drafts']] : []))
    await listDrafts(owner)
  }
  if (navigator.locks) await navigator.locks.request('candour-send', { ifAvailable: true }, (lock) => (lock ? work() : undefined))
  else await work()
}

/** Adds a row to a group by copying its last. */
function addRow(group) {
  const rows = [...group.querySelectorAll('[data-row-of]')]
  const last = rows.at(-1)
  if (!last || rows.length >= Number(group.dataset.most)) return false
  const from = last.dataset.rowOf
  const to = from.replace(/\d+$/, (n) => String(Number(n) + 1))
  const row = last.cloneNode(true)
  for (const e of [row, ...row.querySelectorAll('*')]) {
    for (const a of [...e.attributes]) if (a.value.includes(from)) e.setAttribute(a.name, a.value.replaceAll(from, to))
    if (e.matches('input[type=checkbox], input[type=radio]')) e.checked = false
    else if (e.matches('input, textarea, select')) e.value = ''
  }
  row.setAttribute('aria-label', row.getAttribute('aria-label').replace(/\d+$/, String(rows.length + 1)))
  last.after(row)
  group.querySelector('input[type=hidden]').value = String(rows.length + 1)
  return row
}

/** Puts a draft's fields back into the form. */
function fill(form, fields) {
  const own = ['once', 'for', 'template', 'version']
  for (const [name, value] of fields) {
    if (!name.startsWith('rows.')) continue
    const group = form.querySelector(`[data-rows="${CSS.escape(name.slice(5))}"]`)
    while (group && group.querySelectorAll('[data-row-of]').length < Number(value) && addRow(group));
  }
  for (const e of form.elements) if (e.type === 'radio' || e.type === 'checkbox') e.checked = false
  for (const [name, value] of fields) {
    for (const e of form.elements) {
      if (e.name !== name || own.includes(name) && name !== 'once') continue
      if (e.type === 'radio' || e.type === 'checkbox') e.checked ||= e.value === value
      else if (e.type !== 'file' && e.type !== 'submit') e.value = value
    }
  }
  for (const d of form.querySelectorAll('details')) d.open ||= [...d.querySelectorAll('input:not([type=hidden]), textarea, select')].some((e) => (e.type === 'radio' || e.type === 'checkbox' ? e.checked : e.value))
}

/** The fields of a form as pairs, without files. */
function fieldsOf(form) {
  return [...new FormData(form)].filter(([, v]) => typeof v === 'string')
}

/** Makes a form keep what is typed. */
async function startForm(form, owner) {
  const number = form.elements.namedItem('once')
  if (!number.value) number.value = drawNumber()
  const wanted = new URLSearchParams(location.hash.slice(1)).get('draft')
  if (wanted) {
    const held = (await drafts(owner)).find((d) => d.id === wanted && !d.other)
    if (held) {
      fill(form, held.fields)
      say(held.why ? words[held.why] : `Kept on this device since ${new Date(held.saved).toLocaleString('en-GB')}.`)
    } else say('That draft is no longer on this device.')
  }
  const template = form.elements.namedItem('template')?.value
  const action = form.getAttribute('action')
  const save = (state, why) => keep({
    id: number.value, owner, action, state, why, path: action + (template ? `?template=${encodeURIComponent(template)}` : ''),
    title: [form.dataset.title, (form.elements.namedItem('place.ward') ?? form.elements.namedItem('ward'))?.value].filter(Boolean).join(', '), fields: fieldsOf(form),
  })
  let timer
  let sending = false
  form.addEventListener('input', () => {
    clearTimeout(timer)
    timer = setTimeout(() => sending || save('open').catch(() => {}), 400)
  })
  form.addEventListener('submit', async (event) => {
    const pressed = event.submitter
    if (pressed?.name === 'more') {
      const group = pressed.closest('[data-rows]')
      event.preventDefault()
      const row = addRow(group)
      if (row) row.querySelector('input:not([type=hidden]), textarea, select')?.focus()
      else pressed.hidden = true
      return
    }
    event.preventDefault()
    if (sending) return
    sending = true
    clearTimeout(timer)
    const files = [...form.querySelectorAll('input[type=file]')].some((e) => e.files.length > 0)
    await save('send').catch(() => {})
    const { outcome, url } = await post(action, fieldsOf(form), files ? new FormData(form) : undefined)
    if (outcome === 'sent') {
      await remove(number.value).catch(() => {})
      location.assign(url)
      return
    }
    if (outcome === 'refused') { // the server's own page says what is wrong, beside each field
      await save('open').catch(() => {})
      HTMLFormElement.prototype.submit.call(form)
      return
    }
    await save('send', outcome).catch(() => {})
    sending = false
    const photographs = files ? ' Photographs are not kept: add them when you are on line.' : ''
    const links = [['See what is kept', '/drafts']]
    if (outcome === 'signed-out') links.unshift(['Sign in', `/sign-in?next=${encodeURIComponent('/drafts')}`])
    if (outcome === 'offline') {
      form.reset()
      number.value = drawNumber()
    }
    say(words[outcome] + photographs, ...links)
    document.querySelector('[data-draft-state]').scrollIntoView({ block: 'start' })
  })
}

/** Lists what is kept, on the page that is for it. */
async function listDrafts(owner) {
  const list = document.querySelector('[data-drafts]')
  if (!list) return
  const all = await drafts(owner)
  const items = all.map((d) => {
    const li = make('li', '')
    const until = new Date(d.ends).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })
    if (d.other) li.append(make('p', `A draft of another account. It can’t be read here, and is deleted on ${until}.`))
    else {
      const p = make('p', '')
      p.append(make('a', d.title, { href: `${d.path}#draft=${d.id}` }))
      li.append(p, make('p', `${d.state === 'open' ? 'Not finished.' : d.why ? words[d.why] : words.offline} Last changed ${new Date(d.saved).toLocaleString('en-GB')}; deleted on ${until} if it isn’t sent.`))
    }
    const button = make('button', 'Delete', { type: 'button', class: 'nhsuk-button nhsuk-button--secondary' })
    button.append(make('span', d.other ? ' the draft of another account' : ` ${d.title}`, { class: 'nhsuk-u-visually-hidden' }))
    button.addEventListener('click', async () => {
      await remove(d.id)
      await listDrafts(owner)
    })
    li.append(button)
    return li
  })
  list.replaceChildren(...items)
  document.querySelector('[data-drafts-lead]').textContent = items.length === 0 ? 'Nothing is kept on this device.' : `${items.length} ${items.length === 1 ? 'draft is' : 'drafts are'} kept on this device, encrypted, and nowhere else.`
}

/** Keeps the pages of forms for when there is no network: made without anything of other signals. */
async function keepPages(owner) {
  if (!('serviceWorker' in navigator) || !window.isSecureContext) return
  const wanted = [...document.querySelectorAll('form[data-draft]')].map((f) => {
    const template = f.elements.namedItem('template')?.value
    return f.getAttribute('action') + (template ? `?template=${encodeURIComponent(template)}` : '')
  })
  wanted.push(...[...document.querySelectorAll('a[data-keep]')].map((a) => a.getAttribute('href')))
  if (wanted.length === 0 && !document.querySelector('[data-drafts]')) return
  await navigator.serviceWorker.register('/worker.js')
  const shelf = await caches.open(`${pages}-${owner}`)
  for (const address of new Set([...wanted, '/drafts'])) {
    const response = await fetch(address + (address.includes('?') ? '&' : '?') + 'kept=1').catch(() => undefined)
    if (response?.ok && !response.redirected) await shelf.put(address, response)
  }
  document.body.dataset.kept = 'yes'
}

/** Deletes pages that were put aside for somebody else. */
async function dropOthers(owner) {
  if (typeof caches === 'undefined') return
  for (const name of await caches.keys()) if (name.startsWith(pages) && name !== `${pages}-${owner}`) await caches.delete(name)
}

/** Deletes what is kept before somebody signs out: the next may be another person. */
function startSignOut(owner) {
  for (const form of document.querySelectorAll('form[action="/sign-out"]')) {
    form.addEventListener('submit', async (event) => {
      event.preventDefault()
      const left = mayHold() ? (await drafts(owner).catch(() => [])).filter((d) => !d.other) : []
      if (left.length > 0 && !window.confirm(`${left.length} ${left.length === 1 ? 'draft has' : 'drafts have'} not been sent. Signing out deletes what is kept on this device.`)) return
      await clearDevice()
      HTMLFormElement.prototype.submit.call(form)
    })
  }
}

/** Starts all of it on a page. */
export async function startOffline() {
  const owner = document.body.dataset.for
  const forms = [...document.querySelectorAll('form[data-draft]')]
  if (!owner || !canKeep()) {
    if (forms.length > 0) say('This browser keeps no drafts here: without a network, what you type is lost when the page is closed.')
    return
  }
  startSignOut(owner)
  await dropOthers(owner)
  for (const form of forms) await startForm(form, owner)
  await listDrafts(owner)
  window.addEventListener('online', () => sendAll(owner))
  setInterval(() => sendAll(owner), 60000)
  await sendAll(owner)
  await keepPages(owner)
}
