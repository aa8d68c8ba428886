// Package methods embeds what Candour shows its users of its own methods.
package methods

import _ "embed"

// Concern is how providers are ranked, in two pages for clinicians, as Markdown.
//
//go:embed concern-for-clinicians.md
var Concern string
