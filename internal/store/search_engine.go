package store

import (
	"slices"
	"strconv"
	"strings"

	"candour/internal/search"
)

// searching is how an engine keeps and finds words: an FTS5 table without content
// on SQLite, a tsvector with a GIN index on PostgreSQL. Both are given words that
// package search has made of text (a-z and 0-9 only) and never text itself, so
// neither engine's own parser, stemmer or query language is ever at work on input,
// and both find the same.
type searching struct {
	// schema makes search_text; it must be repeatable.
	schema string
	// empty empties it.
	empty []string
	// key is the column of search_text (as t) that names the row of search_doc.
	key string
	// lastFirst is a table t of the documents that the parameter named finds: doc, and
	// late, by which the last are first without all being sorted.
	lastFirst func(parameter string) string
	// match is the condition that the parameter named finds a row of search_text t.
	match func(parameter string) string
	// columns and row are what is inserted for one wording.
	columns []string
	row     func(doc int64, of whose, said, remarks []string) []any
	// query writes a query in the engine's language.
	query func(q search.Query, of whose, remarks bool) string
}

// whose marks a row of search_text with its commissioner and sort, so that what
// belongs to others is passed over before anything of it is read. An empty tenant
// asks for all of the sort, and nothing for all there is.
type whose struct {
	tenant string
	sort   string
}

// words is the marks that a wording bears: its sort, and its sort at its
// commissioner. One word for both, as every search reads all that bear it.
func (w whose) words() []string { return []string{"s" + w.sort, w.mark()} }

// mark is the one to ask for.
func (w whose) mark() string {
	if w.tenant == "" {
		return "s" + w.sort
	}
	return "s" + w.sort + "t" + strings.Join(search.Stems(w.tenant), "")
}

// The bounds of a wording: PostgreSQL keeps positions to 16,383, and 255 of one
// word. What is beyond is not found by phrases there, and not at all here.
const (
	mostSaid     = 12_000
	mostRemarks  = 4_000
	mostOfAWord  = 255
	betweenParts = 2 // no phrase reaches from one column into another
)

var sqliteSearching = searching{
	// detail=full keeps positions for phrases; there is no ranking, so no sizes.
	schema: `CREATE VIRTUAL TABLE IF NOT EXISTS search_text USING fts5(whose, said, remarks, content='', columnsize=0, tokenize='ascii')`,
	empty:  []string{"INSERT INTO search_text (search_text) VALUES ('delete-all')"},
	key:    "t.rowid",
	// FTS5 walks its lists from the last row, and stops where nothing more is asked for.
	lastFirst: func(parameter string) string {
		return "(SELECT rowid AS doc, rowid AS late FROM search_text WHERE search_text MATCH " + parameter + ") t"
	},
	match: func(parameter string) string { return "t.search_text MATCH " + parameter },
	columns: []string{
		"rowid", "whose", "said", "remarks",
	},
	row: func(doc int64, of whose, said, remarks []string) []any {
		return []any{doc, strings.Join(of.words(), " "), strings.Join(said, " "), strings.Join(remarks, " ")}
	},
	query: fts5Query,
}

var postgresSearching = searching{
	schema: `CREATE TABLE IF NOT EXISTS search_text (doc BIGINT PRIMARY KEY, terms tsvector NOT NULL);
		CREATE INDEX IF NOT EXISTS search_text_terms ON search_text USING gin (terms)`,
	empty: []string{"DELETE FROM search_text"},
	key:   "t.doc",
	// Sorted before they are joined, the join stops at the limit. By an expression, or the
	// planner may walk all rows by their key and try the words on each.
	lastFirst: func(parameter string) string {
		return "(SELECT doc, doc + 0 AS late FROM search_text WHERE terms @@ CAST(" + parameter + " AS tsquery) ORDER BY late DESC OFFSET 0) t"
	},
	match:   func(parameter string) string { return "t.terms @@ CAST(" + parameter + " AS tsquery)" },
	columns: []string{"doc", "terms"},
	row: func(doc int64, of whose, said, remarks []string) []any {
		return []any{doc, tsvector(of, said, remarks)}
	},
	query: tsquery,
}

// fts5Query writes a query for FTS5: every word is a string of letters and digits
// in quotation marks.
func fts5Query(q search.Query, of whose, remarks bool) string {
	columns := "{said} : "
	if remarks {
		columns = "{said remarks} : "
	}
	term := func(t search.Term) string {
		text := columns + `"` + strings.Join(t.Stems, " ") + `"`
		if t.Prefix {
			text += " *"
		}
		return text
	}
	var parts []string
	if of != (whose{}) {
		parts = append(parts, `{whose} : "`+of.mark()+`"`)
	}
	for _, t := range q.All {
		parts = append(parts, term(t))
	}
	text := strings.Join(parts, " AND ")
	for _, t := range q.Not {
		text = "(" + text + ") NOT " + term(t)
	}
	return text
}

// tsquery writes a query for PostgreSQL. What was said is marked A, what the team
// wrote B, whose it is C.
func tsquery(q search.Query, of whose, remarks bool) string {
	weight := "A"
	if remarks {
		weight = "AB"
	}
	term := func(t search.Term) string {
		words := make([]string, len(t.Stems))
		for i, s := range t.Stems {
			words[i] = "'" + s + "':" + weight
			if t.Prefix && i == len(t.Stems)-1 {
				words[i] = "'" + s + "':*" + weight
			}
		}
		return "(" + strings.Join(words, " <-> ") + ")"
	}
	var parts []string
	if of != (whose{}) {
		parts = append(parts, "'"+of.mark()+"':C")
	}
	for _, t := range q.All {
		parts = append(parts, term(t))
	}
	for _, t := range q.Not {
		parts = append(parts, "!"+term(t))
	}
	return strings.Join(parts, " & ")
}

// tsvector writes a wording as PostgreSQL reads it: 'ward':1A,9A 'tqaa':20C.
func tsvector(of whose, said, remarks []string) string {
	positions := map[string][]string{}
	at := 0
	add := func(words []string, weight string) {
		for _, w := range words {
			if at++; len(positions[w]) < mostOfAWord {
				positions[w] = append(positions[w], strconv.Itoa(at)+weight)
			}
		}
		at += betweenParts
	}
	add(said, "A")
	add(remarks, "B")
	add(of.words(), "C")
	words := make([]string, 0, len(positions))
	for w := range positions {
		words = append(words, w)
	}
	slices.Sort(words)
	var b strings.Builder
	for _, w := range words {
		b.WriteString("'" + w + "':" + strings.Join(positions[w], ",") + " ")
	}
	return b.String()
}
