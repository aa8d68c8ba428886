package store_test

import (
	"context"
	"os"
	"testing"

	"candour/internal/store"
	"candour/internal/store/storetest"
)

func TestSQLite(t *testing.T) {
	t.Parallel()
	empty := storetest.Prepare(nil)
	storetest.Run(t, func(t testing.TB, c store.Config) *store.Store {
		c.Dir = empty.Dir(t)
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
		c.URL = store.SchemaForTest(t, server)
		s, err := store.Open(context.Background(), c)
		if err != nil {
			t.Fatal(err)
		}
		return s
	})
}
