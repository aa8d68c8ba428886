package api

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"candour/internal/access"
	"candour/internal/record"
	"candour/internal/signal"
	"candour/internal/store"
)

const onePath, groupPath = "/api/v1/signals", "/api/v1/signals/group"

func TestASignalIsDurableBeforeItsReceiptAndCanBeReadByItsReference(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	b := setupIn(t, dir).peopled()
	c := b.client("QAA", "c-1", access.SendSignal, access.SeeSent)
	got := c.post(onePath, one(gpConcern("RAA", "Sent home at night", `"your_reference":"W-17"`)))
	if got.Code != http.StatusCreated || got.Header().Get("Content-Type") != "application/json" {
		t.Fatalf("%d %s", got.Code, got.Body)
	}
	var r Receipt
	got.read(t, &r)
	if r.Reference != "G-2026-1" || r.Position < 1 || !r.Recorded.Equal(b.now()) || r.Known {
		t.Errorf("receipt %+v", r)
	}
	var state Became
	c.get(onePath+"/"+r.Reference).read(t, &state)
	if state.Yours != "W-17" || state.Provider != "RAA" || state.Position != r.Position || state.Next == nil || !state.Received.Equal(b.now()) {
		t.Errorf("state %+v", state)
	}
	h, err := b.store.Signal(t.Context(), at("QAA"), r.Reference)
	if err != nil || h.Source.Channel != "api" || h.RaisedBy != "c-1" || h.Title != "Sent home at night" {
		t.Errorf("held %+v, %v", h, err)
	}
	_, err = b.store.ChangeSignal(t.Context(), at("QAA"), b.api.Desk.NextDue, r.Reference, 1, signal.OutcomeSet{Outcome: signal.OutcomeQuestion, Because: "Ninth of its kind"}, signal.Answered{Message: "We have asked them."})
	b.no(err)
	c.get(onePath+"/"+r.Reference).read(t, &state)
	if state.Outcome != signal.OutcomeQuestion || state.InWords != "Question to provider" || len(state.Answers) != 1 || state.Answers[0].Message != "We have asked them." {
		t.Errorf("after triage %+v", state)
	}
}

func TestEachSignalOfAGroupHasItsOwnReceiptOrItsOwnRefusalWithThePlace(t *testing.T) {
	t.Parallel()
	b := setup(t).peopled()
	c := b.client("QAA", "c-1", access.SendSignal)
	got := c.post(groupPath, group(
		gpConcern("RAA", "First"),
		gpConcern("RBB", "About another commissioner’s provider"),
		gpConcern("RAA", "Third", `"colour":"red"`),
		gpConcern("RAA", "Fourth", `"your_reference":"W-4"`),
		strings.Replace(gpConcern("RAA", "Fifth"), `["discharge"]`, `["discharge","unheard-of"]`, 1),
		`{"kind":"poem","title":"Sixth"}`,
		strings.Replace(gpConcern("RAA", "Seventh"), `"harm":"no"`, `"harm":7`, 1),
		gpConcern("RAA", "Eighth", `"received":"2026-12-24T10:00:00Z"`),
		gpConcern("RAA", "Ninth", `"occurred":{"date":"31/02/2026"}`),
		`"Tenth"`,
		gpConcern("RAA", "Fourth again", `"your_reference":"W-4"`),
	))
	if got.Code != http.StatusOK {
		t.Fatalf("%d %s", got.Code, got.Body)
	}
	var r Receipts
	got.read(t, &r)
	if r.Taken != 2 || r.Known != 1 || r.Refused != 8 || len(r.Results) != 11 {
		t.Fatalf("%+v", r)
	}
	for i, where := range map[int]string{1: "place.provider", 2: "colour", 4: "themes[1]", 5: "kind", 6: "clinician_concern.harm", 7: "received", 8: "occurred.date", 9: ""} {
		x := r.Results[i]
		found := false
		for _, w := range x.Refused {
			found = found || w.Where == where && w.What != "" && w.Do != ""
		}
		if x.Item != i || x.Receipt != nil || !found {
			t.Errorf("item %d is refused with %+v, expected the place %q", i, x.Refused, where)
		}
	}
	if a, b := r.Results[3].Receipt, r.Results[10].Receipt; a == nil || b == nil || a.Reference != b.Reference || a.Known || !b.Known {
		t.Errorf("the same reference twice: %+v, %+v", a, b)
	}
	if n, err := b.store.CountSignals(t.Context(), at("QAA"), store.SignalFilter{}); err != nil || n != 2 {
		t.Errorf("%d are held, %v", n, err)
	}
}

func TestIdentifiersAreTakenOutOrRefusedAndTheReceiptSaysSoWithoutRepeatingThem(t *testing.T) {
	t.Parallel()
	b := setup(t).peopled()
	c := b.client("QAA", "c-1", access.SendSignal)
	secrets := []string{"943 476 5919", "9434765919", "020 7946 0018", "ann@example.org", "Ann Other"}
	words := gpConcern("RAA", "Number 943 476 5919, tel 020 7946 0018, mail ann@example.org, seen 4 May 2019", `"sealed":[{"purpose":"patient","text":"Ann Other, 943 476 5919"}]`)
	got := c.post(onePath, one(words))
	var r Receipt
	got.read(t, &r)
	if got.Code != http.StatusCreated || len(r.Removed) < 3 || r.Removed[0] != (Removed{"title", "NHS number", 1}) || len(r.Doubtful) == 0 || len(r.Sealed) != 1 || r.Sealed[0] != "patient" {
		t.Errorf("%d %s", got.Code, got.Body)
	}
	h, err := b.store.Signal(t.Context(), at("QAA"), r.Reference)
	b.no(err)
	if strings.Contains(h.Title+h.Narrative, "5919") {
		t.Errorf("stored %q", h.Title)
	}
	lead := access.For(access.Viewer{Account: "u-lead-qaa", Memberships: []access.Membership{{Tenant: "QAA", Role: access.QualityLead}}}, "QAA")
	if text, err := b.store.ReadSealed(t.Context(), lead, h.Sealed[0].Ref, "to find the record"); err != nil || text != "Ann Other, 943 476 5919" {
		t.Errorf("sealed %q, %v", text, err)
	}
	all := got.Body.String()
	refused := c.post(onePath, strings.Replace(one(words), `{"signal"`, `{"identifiers":"refuse","signal"`, 1))
	if p := refused.problem(t); refused.Code != http.StatusUnprocessableEntity || p.Errors[0].Where != "title" {
		t.Errorf("asked to refuse: %d %s", refused.Code, refused.Body)
	}
	all += refused.Body.String()
	// Every other place where one might hide: keys, codes, references, broken JSON, parameters.
	for _, body := range []string{
		one(gpConcern("RAA", "x", `"943 476 5919":1`)), one(gpConcern("RAA", "x", `"your_reference":"943 476 5919"`)), one(gpConcern("943 476 5919", "x")),
		one(gpConcern("RAA", "x", `"place":{"provider":"RAA","site":"ann@example.org"}`)), one(gpConcern("RAA", "x", `"involved":[{"organisation":"9434765919"}]`)),
		`{"signal":{"kind":"943 476 5919"}}`, `{"signal": 943 476 5919`, `{"ann@example.org":1}`, `"ann@example.org"`, `{"identifiers":"943 476 5919","signal":{}}`,
		one(strings.Replace(gpConcern("RAA", "x"), `"harm":"no"`, `"harm":"no","resolved_with_provider":"943 476 5919"`, 1)),
	} {
		got := c.post(onePath, body)
		if got.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s gave %d: %s", body, got.Code, got.Body)
		}
		got.problem(t)
		all += got.Body.String()
	}
	all += c.get("/api/v1/signals/943%20476%205919").Body.String() + c.get("/api/v1/taxonomies/ann@example.org").Body.String() + c.get("/api/v1/signals?kind=ann@example.org&limit=9434765919").Body.String()
	b.log.mu.Lock()
	all += b.log.String()
	b.log.mu.Unlock()
	for _, secret := range append(secrets, c.key) {
		if strings.Contains(all, secret) {
			t.Errorf("%q stands in an answer or the log", secret)
		}
	}
}

func TestACallThatIsSentAgainGetsTheSameAnswerAlsoAfterARestart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	b := setupIn(t, dir).peopled()
	c := b.client("QAA", "c-1", access.SendSignal)
	body := group(gpConcern("RAA", "First"), gpConcern("RZZ", "Refused"))
	first := c.call(http.MethodPost, groupPath, "key-0001", strings.NewReader(body))
	if first.Code != http.StatusOK || first.Header().Get("Idempotency-Replayed") != "" {
		t.Fatalf("%d %s", first.Code, first.Body)
	}
	again := func(c *sender, why string) {
		got := c.call(http.MethodPost, groupPath, "key-0001", strings.NewReader(body))
		if got.Code != http.StatusOK || got.Body.String() != first.Body.String() || got.Header().Get("Idempotency-Replayed") != "true" {
			t.Errorf("%s: %d %s", why, got.Code, got.Body)
		}
	}
	again(c, "sent again")
	for why, other := range map[string]response{
		"another body":    c.call(http.MethodPost, groupPath, "key-0001", strings.NewReader(group(gpConcern("RAA", "Second")))),
		"another address": c.call(http.MethodPost, onePath, "key-0001", strings.NewReader(one(gpConcern("RAA", "First")))),
	} {
		if p := other.problem(t); other.Code != http.StatusConflict || !strings.Contains(p.Detail, "used before with another body") {
			t.Errorf("%s: %d %s", why, other.Code, other.Body)
		}
	}
	if got := c.call(http.MethodPost, groupPath, "", strings.NewReader(body)); got.Code != http.StatusUnprocessableEntity || got.problem(t).Errors[0].Where != "header.Idempotency-Key" {
		t.Errorf("without a key: %d %s", got.Code, got.Body)
	}
	b.step(time.Hour)
	restarted := setupIn(t, dir) // a second process over the same store
	restarted.step(time.Hour)
	again(&sender{bundle: restarted, key: c.key}, "after a restart")
	restarted.step(answerLives)
	if got := (&sender{bundle: restarted, key: c.key}).call(http.MethodPost, groupPath, "key-0001", strings.NewReader(body)); got.Body.String() == first.Body.String() {
		t.Error("after seven days the key still gives the old answer")
	}
}

func TestWhatIsTooLargeTooManyOrNotJSONIsRefusedInPlainWords(t *testing.T) {
	t.Parallel()
	b := setup(t).peopled()
	c := b.client("QAA", "c-1", access.SendSignal)
	many := make([]string, mostSignals+1)
	for i := range many {
		many[i] = "{}"
	}
	for name, x := range map[string]struct {
		path, body string
		status     int
		says       string
	}{
		"a body beyond the limit":  {onePath, one(gpConcern("RAA", strings.Repeat("x", oneBody))), http.StatusRequestEntityTooLarge, "larger than the 524288 bytes"},
		"a group beyond the limit": {groupPath, group(gpConcern("RAA", strings.Repeat("x", groupBody))), http.StatusRequestEntityTooLarge, "larger than"},
		"too many signals":         {groupPath, group(many...), http.StatusUnprocessableEntity, "501 signals, expected 1 to 500"},
		"no signals":               {groupPath, group(), http.StatusUnprocessableEntity, "0 signals"},
		"an empty body":            {onePath, "", http.StatusUnprocessableEntity, "not as"},
		"two values":               {onePath, one(gpConcern("RAA", "x")) + "{}", http.StatusUnprocessableEntity, "follows the end"},
		"broken JSON":              {onePath, `{"signal":`, http.StatusUnprocessableEntity, "not"},
	} {
		got := c.post(x.path, x.body)
		if p := got.problem(t); got.Code != x.status || !strings.Contains(p.Detail, x.says) || p.Title == "" || p.Status != x.status {
			t.Errorf("%s: %d %s", name, got.Code, got.Body)
		}
	}
	if n, err := b.store.CountSignals(t.Context(), at("QAA"), store.SignalFilter{}); err != nil || n != 0 {
		t.Errorf("%d were taken, %v", n, err)
	}
}

func TestAClientThatCallsTooOftenIsToldWhenToTryAgain(t *testing.T) {
	t.Parallel()
	b := setup(t).peopled()
	c, other := b.client("QAA", "c-1", access.SendSignal), b.client("QAA", "c-2", access.SendSignal)
	for i := range DefaultLimits.Burst {
		if got := c.get("/api/v1/taxonomies"); got.Code != http.StatusOK {
			t.Fatalf("call %d: %d %s", i, got.Code, got.Body)
		}
	}
	got := c.get("/api/v1/taxonomies")
	if p := got.problem(t); got.Code != http.StatusTooManyRequests || got.Header().Get("Retry-After") != "1" || !strings.Contains(p.Detail, "at most 20 calls a second") {
		t.Errorf("%d, %s s: %s", got.Code, got.Header().Get("Retry-After"), got.Body)
	}
	if got := other.get("/api/v1/taxonomies"); got.Code != http.StatusOK {
		t.Errorf("another client waits too: %d", got.Code)
	}
	b.step(time.Second)
	for i := range DefaultLimits.Calls {
		if got := c.get("/api/v1/taxonomies"); got.Code != http.StatusOK {
			t.Fatalf("a second later, call %d: %d", i, got.Code)
		}
	}
	guess := &sender{bundle: b, key: "candour_guess"}
	for range DefaultLimits.Wrong {
		if got := guess.get("/api/v1/taxonomies"); got.Code != http.StatusUnauthorized {
			t.Fatalf("a wrong key: %d", got.Code)
		}
	}
	if got := guess.get("/api/v1/taxonomies"); got.Code != http.StatusTooManyRequests {
		t.Errorf("guessing on: %d", got.Code)
	}
}

func TestAListOfWhatWasSentIsReadPageByPage(t *testing.T) {
	t.Parallel()
	b := setup(t).peopled()
	c, other := b.client("QAA", "c-1", access.SendSignal, access.SeeSent), b.client("QAA", "c-2", access.SendSignal, access.SeeSent)
	for i := range 5 {
		c.post(onePath, one(gpConcern("RAA", fmt.Sprintf("No letter, %d", i))))
		b.step(time.Minute)
	}
	other.post(onePath, one(gpConcern("RAA", "Theirs")))
	var refs []string
	for next := ""; ; {
		var page struct {
			Signals []SentLine
			Next    string
		}
		c.get(onePath+"?limit=2&after="+next).read(t, &page)
		for _, l := range page.Signals {
			refs = append(refs, l.Reference)
		}
		if next = page.Next; next == "" {
			break
		}
	}
	if strings.Join(refs, " ") != "G-2026-5 G-2026-4 G-2026-3 G-2026-2 G-2026-1" {
		t.Errorf("listed %v", refs)
	}
	if got := c.get(onePath + "?after=rubbish"); got.Code != http.StatusUnprocessableEntity {
		t.Errorf("a page that never was: %d", got.Code)
	}
}

func TestAClientSendsOnlyTheKindsThatItWasGranted(t *testing.T) {
	t.Parallel()
	b := setup(t).peopled()
	key, err := b.store.SetClient(t.Context(), at("QAA"), record.Client{ID: "c-1", Tenant: "QAA", Name: "Datix", May: []access.Action{access.SendSignal}, Kinds: []signal.Kind{signal.KindIncident}, Because: "test"}, true)
	b.no(err)
	got := (&sender{bundle: b, key: key}).post(onePath, one(gpConcern("RAA", "x")))
	if p := got.problem(t); got.Code != http.StatusUnprocessableEntity || p.Errors[0].Where != "kind" {
		t.Errorf("%d %s", got.Code, got.Body)
	}
}
