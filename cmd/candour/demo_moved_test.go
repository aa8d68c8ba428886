package main

import (
	"database/sql"
	"path/filepath"
	"testing"
)

// nothingMovesUnseen holds the rule by which pages keep what they read of values and
// findings against the whole demonstration: each entry that began or ended a row of
// what they read is one that store.Moved knows to have moved something.
func nothingMovesUnseen(t *testing.T, d *begunDemo) {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(d.cmd.Data, "candour.db")+"?_pragma=query_only(1)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close() //nolint:errcheck // it was only read
	for _, table := range []string{"observation", "verdict", "finding", "purview", "organisation", "succession", "delivery", "reread", "definition", "refusal"} {
		rows, err := db.QueryContext(d.env.Ctx, `SELECT n.position, n.kind FROM entry n WHERE n.position IN (SELECT from_pos FROM `+table+` UNION SELECT until_pos FROM `+table+`)`)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for rows.Next() {
			var position int64
			var kind string
			if err := rows.Scan(&position, &kind); err != nil {
				t.Fatal(err)
			}
			if at, err := d.house.Store.Moved(d.env.Ctx, position); err != nil || at != position {
				t.Errorf("entry %d (%s) changed the table %s, and what moved last is said to be entry %d (%v)", position, kind, table, at, err)
				break
			}
			n++
		}
		if err := rows.Close(); err != nil {
			t.Error(err)
		}
		if n == 0 && table != "reread" {
			t.Errorf("no entry of the demonstration changed the table %s, so nothing was held against the rule", table)
		}
	}
}
