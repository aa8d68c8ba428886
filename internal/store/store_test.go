package store_test

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"net/url"
	"os"
	"testing"

	"candour/internal/store"
	"candour/internal/store/storetest"
)

func TestSQLite(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t testing.TB, c store.Config) *store.Store {
		c.Dir = t.TempDir()
		s, err := store.Open(context.Background(), c)
		if err != nil {
			t.Fatal(err)
		}
		return s
	})
}

// TestPostgreSQL runs where CANDOUR_TEST_POSTGRES names a server; each case gets
// a schema of its own.
func TestPostgreSQL(t *testing.T) {
	t.Parallel()
	server := os.Getenv("CANDOUR_TEST_POSTGRES")
	if server == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("CI must run the PostgreSQL suite: CANDOUR_TEST_POSTGRES is not set")
		}
		t.Skip("skipped: CANDOUR_TEST_POSTGRES does not name a PostgreSQL server")
	}
	storetest.Run(t, func(t testing.TB, c store.Config) *store.Store {
		c.URL = schema(t, server)
		s, err := store.Open(context.Background(), c)
		if err != nil {
			t.Fatal(err)
		}
		return s
	})
}

// schema makes an empty schema on the server and returns an address that uses it.
func schema(t testing.TB, server string) string {
	t.Helper()
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
