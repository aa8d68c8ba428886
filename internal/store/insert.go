package store

import (
	"context"
	"database/sql"
	"strconv"
	"strings"
	"unicode/utf8"
)

// insert adds rows to a table, as many to a statement as the engine likes. Table
// and columns are constants of the calling code, never input.
func (e engine) insert(ctx context.Context, tx *sql.Tx, table string, columns []string, rows [][]any) error {
	for len(rows) > 0 {
		n := min(e.insertRows, len(rows))
		if err := e.insertBatch(ctx, tx, table, columns, &rows, n); err != nil {
			return e.fault(err, "insert into "+table)
		}
	}
	return nil
}

// insertBatch prepares a statement of n rows and runs it for as long as that
// many are left.
func (e engine) insertBatch(ctx context.Context, tx *sql.Tx, table string, columns []string, rows *[][]any, n int) error {
	stmt, err := tx.PrepareContext(ctx, insertText(table, columns, n))
	if err != nil {
		return err
	}
	defer stmt.Close() //nolint:errcheck // its errors are Exec's
	args := make([]any, 0, n*len(columns))
	for len(*rows) >= n {
		args = args[:0]
		for _, row := range (*rows)[:n] {
			for _, v := range row {
				args = append(args, storable(v))
			}
		}
		if _, err := stmt.ExecContext(ctx, args...); err != nil {
			return err
		}
		*rows = (*rows)[n:]
	}
	return nil
}

// storable is v with text that both engines take: PostgreSQL has no NUL and only
// valid UTF-8 in text, and what files hold is not always either. The archive keeps
// the bytes as they came.
func storable(v any) any {
	text, ok := v.(string)
	if !ok || utf8.ValidString(text) && !strings.Contains(text, "\x00") {
		return v
	}
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "\u2400")
}

func insertText(table string, columns []string, n int) string {
	var b strings.Builder
	b.WriteString("INSERT INTO " + table + " (" + strings.Join(columns, ", ") + ") VALUES ")
	for i, p := 0, 0; i < n; i++ {
		if i > 0 {
			b.WriteString(", ")
		}
		for c := range columns {
			p++
			b.WriteString(map[bool]string{true: "($", false: ", $"}[c == 0] + strconv.Itoa(p))
		}
		b.WriteByte(')')
	}
	return b.String()
}

// marks is "$from, …, $from+n-1", for lists in IN.
func marks(from, n int) string {
	parts := make([]string, n)
	for i := range parts {
		parts[i] = "$" + strconv.Itoa(from+i)
	}
	return strings.Join(parts, ", ")
}
