package store

import (
	"strings"
	"testing"

	"candour/internal/access"
	"candour/internal/record"
	"candour/internal/search"
	"candour/internal/signal"
)

// heardOnce is a store in which one comment was heard, and the scope of who may see it.
func heardOnce(t *testing.T) (*Store, access.Scope) {
	t.Helper()
	s, sc := emptySQLite(t), planned(access.QualityLead)
	comment := signal.Signal{
		Kind: signal.KindPatientComment, Title: "Waited", Narrative: "Waited all night", Place: signal.Place{Provider: "RAA"}, Received: s.Now(),
	}
	if _, err := s.ReceiveSignals(t.Context(), sc, func(*signal.Signal) record.Due { return record.Due{} }, Arrival{Signal: comment}); err != nil {
		t.Fatal(err)
	}
	return s, sc
}

// finds is how many signals hold the word.
func finds(t *testing.T, s *Store, sc access.Scope) int {
	t.Helper()
	f, err := s.Search(t.Context(), sc, Quest{Words: search.Parse("night")})
	if err != nil || len(f.Hits) != f.Total || f.Capped {
		t.Errorf("%+v, %v", f, err)
	}
	return f.Total
}

// TestWordingsThatEndedDoNotHideAnOlderOne: more documents than one stretch has stand
// before the one that holds.
func TestWordingsThatEndedDoNotHideAnOlderOne(t *testing.T) {
	t.Parallel()
	s, sc := heardOnce(t)
	if n := finds(t, s, sc); n != 1 {
		t.Fatalf("found %d", n)
	}
	err := s.Change(t.Context(), func(w *Writer) error {
		var ended [][]any
		for doc := int64(2); doc < 2*MostFound+10; doc++ {
			ended = append(ended, s.engine.searching.row(doc, whose{"QAA", FoundSignal}, search.Stems("night"), nil))
		}
		return s.engine.insert(w.ctx, w.tx, "search_text", s.engine.searching.columns, ended)
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := finds(t, s, sc); n != 1 {
		t.Errorf("found %d behind wordings that ended", n)
	}
}

// TestCardsAreDrawnAgainWhenTheIndexWasMadeAnew: another process may rebuild the store,
// and give the wordings other numbers.
func TestCardsAreDrawnAgainWhenTheIndexWasMadeAnew(t *testing.T) {
	t.Parallel()
	s, sc := heardOnce(t)
	finds(t, s, sc)
	err := s.Change(t.Context(), func(w *Writer) error {
		if err := w.reindex(); err != nil {
			return err
		}
		for _, statement := range []string{
			"UPDATE search_doc SET doc = 7", "INSERT INTO search_text (search_text) VALUES ('delete-all')", "INSERT INTO search_text (rowid, whose, said) VALUES (7, 'ssignaltqaa', 'night')",
		} {
			if err := w.exec("number the index otherwise", statement); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := finds(t, s, sc); n != 1 {
		t.Errorf("found %d in the index made anew", n)
	}
}

// TestWhatASearchReadsIsFoundByKeys asks SQLite how it would read what a search needs of
// signals: never by passing over all that hold.
func TestWhatASearchReadsIsFoundByKeys(t *testing.T) {
	t.Parallel()
	s, lead := emptySQLite(t), planned(access.QualityLead)
	named := []thing{{FoundSignal, "QAA", "PC-2026-1"}, {FoundSignal, "QAA", "PC-2026-2"}}
	texts, textArgs := s.signalsNamed(lead, named)
	past, pastArgs := s.signalsNamed(lead.At(5), named)
	theirs, theirArgs := s.signalsNamed(planned(access.GP), named)
	all, _, allArgs := cardQueries(-1, 5)
	changed, wordings, changedArgs := cardQueries(3, 5)
	_, few, fewArgs := s.asked(lead)
	_, own, ownArgs := s.asked(planned(access.GP))
	for name, c := range map[string]struct {
		query string
		args  []any
		want  string
	}{
		"all cards":      {all, allArgs, "SCAN s"},
		"changed cards":  {changed, changedArgs, "SEARCH s USING INDEX sqlite_autoindex_signal_1 (tenant=? AND ref=? AND from_pos=?)"},
		"their wordings": {wordings, changedArgs, "SEARCH d USING INDEX search_doc_ref (tenant=? AND sort=? AND ref=?)"},
		"texts":          {texts, textArgs, "SEARCH s USING INDEX sqlite_autoindex_signal_1 (tenant=? AND ref=?)"},
		"then":           {past, pastArgs, "SEARCH s USING INDEX sqlite_autoindex_signal_1 (tenant=? AND ref=?"},
		"theirs":         {theirs, theirArgs, "SEARCH s USING INDEX sqlite_autoindex_signal_1 (tenant=? AND ref=?)"},
		"confined":       {few, fewArgs, "signal_confined"},
		"one’s own":      {own, ownArgs, "SEARCH o USING INDEX signal_practice"},
	} {
		if plan, err := s.plan(t, c.query, c.args...); err != nil || !strings.Contains(plan, c.want) || strings.Contains(plan, "signal_received") {
			t.Errorf("%s: %v: %s", name, err, plan)
		}
	}
}
