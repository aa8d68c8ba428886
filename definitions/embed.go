// Package definitions embeds the definition files that come with Candour:
// indicators, sources, standards, taxonomies, clocks and data-quality checks. An
// installation adds its own beside them; nothing in them is code.
package definitions

import "embed"

// Files holds the folders of this package.
//
//go:embed all:indicators all:sources all:standards all:checks all:taxonomies all:clocks all:calendar
var Files embed.FS
