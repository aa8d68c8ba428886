package store_test

import (
	"context"
	"testing"

	"candour/internal/store"
	"candour/internal/store/pgtest"
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
	storetest.Run(t, func(t testing.TB, c store.Config) *store.Store {
		c.URL = pgtest.Schema(t)
		s, err := store.Open(context.Background(), c)
		if err != nil {
			t.Fatal(err)
		}
		return s
	})
}
