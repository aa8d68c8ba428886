// Package pgtest gives tests an empty place on the PostgreSQL server that
// CANDOUR_TEST_POSTGRES names.
package pgtest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"net/url"
	"os"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
)

// Schema makes an empty schema, which goes when the test ends, and returns an address
// that uses it. Without a server the test is skipped, and with CI=true it fails.
func Schema(t testing.TB) string {
	t.Helper()
	server := os.Getenv("CANDOUR_TEST_POSTGRES")
	if server == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("CI must run the PostgreSQL tests: CANDOUR_TEST_POSTGRES is not set")
		}
		t.Skip("skipped: CANDOUR_TEST_POSTGRES does not name a PostgreSQL server")
	}
	var b [6]byte
	if _, err := rand.Read(b[:]); err != nil {
		t.Fatal(err)
	}
	name := "t_" + hex.EncodeToString(b[:])
	db, err := sql.Open("pgx", server)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(context.Background(), "CREATE SCHEMA "+name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := db.ExecContext(context.Background(), "DROP SCHEMA "+name+" CASCADE"); err != nil {
			t.Error(err)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set("search_path", name)
	u.RawQuery = q.Encode()
	return u.String()
}
