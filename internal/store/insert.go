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
	stmts := statements{}
	err := e.insertPrepared(ctx, tx, stmts, table, columns, rows)
	for _, stmt := range stmts {
		_ = stmt.Close() // its errors are Exec's
	}
	return err
}

// insertPrepared is insert with statements that are kept for the next rows of the
// same transaction.
func (e engine) insertPrepared(ctx context.Context, tx *sql.Tx, stmts statements, table string, columns []string, rows [][]any) error {
	for len(rows) > 0 {
		n := min(e.insertRows, len(rows))
		stmt, err := stmts.prepare(ctx, tx, insertText(table, columns, n, e.mark))
		if err == nil {
			err = insertBatch(ctx, stmt, &rows, n)
		}
		if err != nil {
			return e.fault(err, "insert into "+table)
		}
	}
	return nil
}

// insertBatch runs a statement of n rows for as long as that many are left.
func insertBatch(ctx context.Context, stmt *sql.Stmt, rows *[][]any, n int) error {
	var args []any
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

// insertText is the statement that inserts n rows; mark writes a parameter.
func insertText(table string, columns []string, n int, mark func(int) string) string {
	var b strings.Builder
	b.WriteString("INSERT INTO " + table + " (" + strings.Join(columns, ", ") + ") VALUES ")
	for i, p := 0, 0; i < n; i++ {
		if i > 0 {
			b.WriteString(", ")
		}
		for c := range columns {
			p++
			b.WriteString(map[bool]string{true: "(", false: ", "}[c == 0] + mark(p))
		}
		b.WriteByte(')')
	}
	return b.String()
}

// byPlace writes every parameter as ?, and byNumber as $1, $2, ….
func byPlace(int) string    { return "?" }
func byNumber(n int) string { return "$" + strconv.Itoa(n) }

// marks is "$from, …, $from+n-1", for lists in IN.
func marks(from, n int) string {
	parts := make([]string, n)
	for i := range parts {
		parts[i] = "$" + strconv.Itoa(from+i)
	}
	return strings.Join(parts, ", ")
}
