// Candour's pages work without this file. It starts those scripts of the design
// system that our components use, then our own.
import {
  initButtons, initCheckboxes, initErrorSummary, initNotificationBanners, initRadios, initSkipLinks,
} from './vendor/nhsuk-frontend/nhsuk-frontend.min.js'
import { startOffline } from './offline.js'
import { startShortcuts } from './shortcuts.js'

// The design system refuses to start without this mark, which its pages set by inline script; ours allow none.
document.body.classList.add('js-enabled', 'nhsuk-frontend-supported')

// Its script for files is left out: the button that it puts over the field has an accessible name without the
// words that it shows (WCAG 2.5.3), and a browser's own file field takes dropped files too.

/** Starts the design system's scripts on everything inside scope that they have not yet started on. */
function start(scope) {
  for (const init of [initButtons, initCheckboxes, initErrorSummary, initNotificationBanners, initRadios, initSkipLinks]) {
    init({ scope })
  }
}

start(document)
// A part that comes later, by htmx, is started when it is in place.
document.body.addEventListener('htmx:load', (event) => {
  if (event.target !== document.body) start(event.target)
})
startShortcuts(document)
startOffline().catch(() => {})
