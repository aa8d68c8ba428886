// Keyboard short-cuts. Each presses a control that is on the page, marked
// data-key, so that confirmation and tokens are the same as by pointer:
//
//   data-key="/"     a field is focused        data-key="g w"   g, then w within a second and a half
//   data-key="t"     a link is followed        data-key="a"     a button is pressed
//
// j and k go through the page's rows, whose links are marked data-row. ? opens
// the list, a dialog with id cd-keys. A control that lies folded away is not
// pressed: its fold is opened and the first field of its form gets the focus.
// Inside a field no key is ours, nor with Control, Alt or Meta; Escape leaves a
// field of a form that is marked cd-compact. The switch in the list turns all of them off, as WCAG
// 2.1.4 asks; the choice stays in this browser.
const storageKey = 'candour-shortcuts'
const sequenceMilliseconds = 1500

/** Whether short-cuts are on. A browser that refuses storage has them on. */
function enabled() {
  try {
    return localStorage.getItem(storageKey) !== 'off'
  } catch {
    return true
  }
}

function remember(on) {
  try {
    localStorage.setItem(storageKey, on ? 'on' : 'off')
  } catch {
    // Storage is refused: the switch holds for this page only.
  }
}

// The kinds of input that no letter can be typed into.
const untyped = ['button', 'checkbox', 'file', 'image', 'radio', 'range', 'reset', 'submit']

/** Whether typing belongs to the element, so that no key is a short-cut. */
function takesText(element) {
  if (!(element instanceof Element)) return false
  if (element instanceof HTMLInputElement) return !untyped.includes(element.type)
  return element.closest('textarea, select, [contenteditable]:not([contenteditable="false"])') !== null
}

function visible(element) {
  return element.getClientRects().length > 0 && !element.disabled
}

/** The closed fold around the element, or null. */
function foldOf(element) {
  const fold = element.closest('details:not([open])')
  return fold && !element.closest('summary') ? fold : null
}

const fields = 'input:not([type="hidden"]), textarea, select'

/** Follows, presses or focuses the control marked with keys; false when there is none. */
function press(document, keys) {
  const marked = [...document.querySelectorAll('[data-key]')].filter((e) => e.dataset.key === keys)
  const control = marked.find((e) => visible(e) && !foldOf(e)) ?? marked.find((e) => foldOf(e) && visible(foldOf(e)))
  if (!control) return false
  const fold = foldOf(control)
  if (fold) fold.open = true
  const field = control.matches(fields) ? control : fold && control.closest('form')?.querySelector(fields)
  if (field) field.focus()
  else control.click()
  return true
}

/** Moves the focus to the next (1) or previous (-1) row's link. */
function step(document, by) {
  const rows = [...document.querySelectorAll('[data-row]')].filter(visible)
  if (rows.length === 0) return false
  const here = rows.indexOf(document.activeElement)
  const now = here < 0 ? rows.findIndex((row) => row.closest('[aria-current]')) : here
  const next = now < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(Math.max(now + by, 0), rows.length - 1)
  rows[next].focus()
  rows[next].scrollIntoView({ block: 'nearest' })
  return true
}

/** Listens for short-cuts on the page and shows the way to their list. */
export function startShortcuts(document) {
  const list = document.getElementById('cd-keys')
  let on = enabled()
  let first = ''
  let firstAt = 0

  for (const opener of document.querySelectorAll('[data-cd-keys]')) {
    opener.hidden = false
    opener.addEventListener('click', () => list?.showModal())
  }
  const toggle = list?.querySelector('[data-cd-keys-switch]')
  if (toggle) {
    toggle.checked = on
    toggle.addEventListener('change', () => {
      on = toggle.checked
      remember(on)
    })
  }

  document.addEventListener('keydown', (event) => {
    if (on && event.key === 'Escape' && takesText(event.target) && event.target.closest('.cd-compact')) event.target.blur()
    if (!on || event.ctrlKey || event.altKey || event.metaKey || event.isComposing || takesText(event.target) || list?.open) return
    const keys = first && event.timeStamp - firstAt < sequenceMilliseconds ? `${first} ${event.key}` : event.key
    first = ''
    let done = false
    if (keys === 'g') {
      first = 'g'
      firstAt = event.timeStamp
      return
    }
    if (keys === '?') {
      list?.showModal()
      done = Boolean(list)
    } else if (keys === 'j' || keys === 'k') done = step(document, keys === 'j' ? 1 : -1)
    else done = press(document, keys)
    if (done) event.preventDefault()
  })
}
