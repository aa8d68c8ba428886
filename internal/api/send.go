package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/fault"
	"candour/internal/identifier"
	"candour/internal/listen"
	"candour/internal/org"
	"candour/internal/signal"
	"candour/internal/store"
)

// Bounds of one call.
const (
	mostSignals = 500
	oneBody     = 512 << 10
	groupBody   = 8 << 20
)

// answerLives is for how long the answer to a call is kept for its idempotency key.
// A sender that comes back later sends something new.
const answerLives = 7 * 24 * time.Hour

// sendInput is what a call that sends carries beside its body.
type sendInput struct {
	Key string `header:"Idempotency-Key" required:"true" minLength:"8" maxLength:"200" doc:"Drawn by you for each call, such as a UUID. The same key with the same body gives the same answer and does nothing again, also after a restart; with another body it is refused (409). Kept for seven days, then forgotten. Never an identifier of a patient."`
}

// sendOutput is the answer to a call that sends.
type sendOutput struct {
	Type  string `header:"Content-Type"`
	Again string `header:"Idempotency-Replayed" doc:"true when this is the answer of an earlier call with the same key"`
	Body  []byte
}

// Receipt says that a signal is durable, and where.
type Receipt struct {
	Reference string    `json:"reference" doc:"Of the signal, by which you read what became of it"`
	Position  int64     `json:"position" doc:"Of its entry in the memory: it can be proved to be there"`
	Recorded  time.Time `json:"recorded"`
	Known     bool      `json:"known,omitempty" doc:"Your reference was received before: this is that receipt, and nothing was changed"`
	Removed   []Removed `json:"removed,omitempty" doc:"Identifiers that were found and taken out before it was stored"`
	Doubtful  []Removed `json:"doubtful,omitempty" doc:"What may tell who the patient is and was kept, such as an old date: look at it"`
	Sealed    []string  `json:"sealed,omitempty" doc:"What was sealed, by purpose"`
}

// Removed is how many identifiers of a kind were found in a field.
type Removed struct {
	Where string          `json:"where"`
	What  identifier.Kind `json:"what"`
	Times int             `json:"times"`
}

// Result is the receipt of one signal of a group, or what is wrong with it.
type Result struct {
	Item    int      `json:"item" doc:"Place in the group, from 0"`
	Receipt *Receipt `json:"receipt,omitempty"`
	Refused []Wrong  `json:"refused,omitempty" doc:"Why it was not taken; nothing of it is kept"`
}

// Receipts is the answer to a group.
type Receipts struct {
	Taken   int      `json:"taken"`
	Known   int      `json:"known" doc:"Received before, by your reference"`
	Refused int      `json:"refused"`
	Results []Result `json:"results" doc:"In the order sent"`
}

// ready is a signal that can be recorded, with what its receipt will say.
type ready struct {
	arrival store.Arrival
	receipt Receipt
	wrong   []Wrong
}

// sendOne takes one signal.
func (s *Server) sendOne(ctx context.Context, c *caller, in *sendInput) (*sendOutput, error) {
	body, err := readBody(c, oneBody)
	if err != nil {
		return nil, err
	}
	var sent struct {
		Identifiers string          `json:"identifiers"`
		Signal      json.RawMessage `json:"signal"`
	}
	if err := strict(body, &sent); err != nil {
		return nil, err
	}
	take, err := s.taking(ctx, c, sent.Identifiers)
	if err != nil {
		return nil, err
	}
	r := take.one(sent.Signal)
	c.signals = 1
	if len(r.wrong) > 0 {
		c.refused = 1
		return nil, refusal(r.wrong)
	}
	answer, again, err := s.Desk.ReceiveOnce(ctx, c.scope, once(c, in, body, func(receipts []store.SignalReceipt) any {
		return r.given(receipts[0])
	}), r.arrival)
	return sent200(answer, again), err
}

// sendMany takes a group: those that can be taken are durable together.
func (s *Server) sendMany(ctx context.Context, c *caller, in *sendInput) (*sendOutput, error) {
	body, err := readBody(c, groupBody)
	if err != nil {
		return nil, err
	}
	var sent struct {
		Identifiers string            `json:"identifiers"`
		Signals     []json.RawMessage `json:"signals"`
	}
	if err := strict(body, &sent); err != nil {
		return nil, err
	}
	if n := len(sent.Signals); n == 0 || n > mostSignals {
		return nil, fault.New(fault.Invalid, "the group has %d signals, expected 1 to %d; nothing was taken", n, mostSignals)
	}
	take, err := s.taking(ctx, c, sent.Identifiers)
	if err != nil {
		return nil, err
	}
	list := make([]ready, len(sent.Signals))
	var arrivals []store.Arrival
	for i, text := range sent.Signals {
		if list[i] = take.one(text); len(list[i].wrong) == 0 {
			arrivals = append(arrivals, list[i].arrival)
		}
	}
	c.signals, c.refused = len(list), len(list)-len(arrivals)
	answer, again, err := s.Desk.ReceiveOnce(ctx, c.scope, once(c, in, body, func(receipts []store.SignalReceipt) any {
		return resultsOf(list, receipts)
	}), arrivals...)
	return sent200(answer, again), err
}

// resultsOf puts the receipts where they belong among the refusals.
func resultsOf(list []ready, receipts []store.SignalReceipt) Receipts {
	out := Receipts{Results: make([]Result, len(list))}
	for i := range list {
		out.Results[i] = Result{Item: i, Refused: list[i].wrong}
		if len(list[i].wrong) > 0 {
			out.Refused++
			continue
		}
		r := list[i].given(receipts[0])
		receipts = receipts[1:]
		out.Results[i].Receipt = &r
		if r.Known {
			out.Known++
		} else {
			out.Taken++
		}
	}
	return out
}

// given is the receipt with what the store says.
func (r *ready) given(got store.SignalReceipt) Receipt {
	out := r.receipt
	out.Reference, out.Position, out.Recorded, out.Known = got.Reference, got.Position, got.Recorded, got.Known
	if got.Known {
		out.Removed, out.Doubtful, out.Sealed = nil, nil, nil
	}
	return out
}

func sent200(answer []byte, again bool) *sendOutput {
	out := &sendOutput{Type: "application/json", Body: answer}
	if again {
		out.Again = "true"
	}
	return out
}

// once is the call as the store keeps it. The address is part of what was sent: one
// key does not serve two.
func once(c *caller, in *sendInput, body []byte, answer func([]store.SignalReceipt) any) store.Once {
	hash := sha256.New()
	_, _ = io.WriteString(hash, c.request.URL.Path+"\n") // a hash takes all that it is given
	_, _ = hash.Write(body)
	o := store.Once{Key: in.Key, Lives: answerLives, Answer: func(r []store.SignalReceipt) ([]byte, error) {
		text, err := json.Marshal(answer(r))
		return text, fault.Wrap(fault.Internal, err, "write the receipts")
	}}
	hash.Sum(o.Body[:0])
	return o
}

// readBody reads a body of JSON up to a size.
func readBody(c *caller, limit int64) ([]byte, error) {
	kind, _, err := mime.ParseMediaType(c.request.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" {
		return nil, &Problem{Title: "Not JSON", Status: http.StatusUnsupportedMediaType, Detail: "The body is read as JSON only; send it with the header Content-Type: application/json."}
	}
	body, err := io.ReadAll(http.MaxBytesReader(c.writer, c.request.Body, limit))
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return nil, err
	}
	return body, fault.Wrap(fault.Invalid, err, "the body broke off before its end; nothing was taken")
}

// unlike is how a body differs from what is described, with the name at fault where
// that can't hold anything of anybody.
func unlike(err error) string {
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return "it ends before its JSON does"
	}
	var other *json.UnmarshalTypeError
	if errors.As(err, &other) && other.Field != "" {
		return "the value of " + other.Field + " is of another type"
	}
	if _, name, found := strings.Cut(err.Error(), "unknown field "); found {
		if name, err := strconv.Unquote(name); err == nil && plainName.MatchString(name) {
			return "the name " + name + " is not one of those expected"
		}
	}
	return "a name is not one of those expected, or a value is of another type"
}

// strict reads JSON that has no fields but those of v, and nothing after.
func strict(text []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			return fault.New(fault.Invalid, "the body is not JSON at byte %d; nothing was taken", syntax.Offset)
		}
		return fault.New(fault.Invalid, "the body is not as /api/openapi.json describes it: %s; nothing was taken", unlike(err))
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return fault.New(fault.Invalid, "something follows the end of the JSON; nothing was taken")
	}
	return nil
}

// taking is what all signals of one call share.
type taking struct {
	server  *Server
	caller  *caller
	refuse  bool // what holds identifiers
	now     time.Time
	known   map[org.Code]bool
	readers []access.AccountID
}

func (s *Server) taking(ctx context.Context, c *caller, identifiers string) (*taking, error) {
	t := &taking{server: s, caller: c, now: s.Store.Now(), known: map[org.Code]bool{}}
	switch identifiers {
	case "", "remove":
	case "refuse":
		t.refuse = true
	default:
		return nil, refusal([]Wrong{{Where: "identifiers", What: "expected remove or refuse", Do: "Say which, or leave it out."}})
	}
	orgs, err := s.Store.Organisations(ctx, c.scope)
	if err != nil {
		return nil, err
	}
	for i := range orgs {
		t.known[orgs[i].Code] = true
	}
	accounts, err := s.Store.Accounts(ctx, c.scope)
	t.readers = listen.Readers(accounts, c.scope.Tenant)
	return t, err
}

// one reads, screens and checks one signal.
func (t *taking) one(text json.RawMessage) (r ready) {
	var sent Sent
	if err := strict(text, &sent); err != nil {
		r.wrong = t.server.misread(text)
		return r
	}
	if !t.caller.maySend(string(sent.Kind)) && sent.Kind.Known() {
		r.wrong = []Wrong{{Where: "kind", What: "expected a kind that this client was granted", Do: "An administrator can grant it; it was not taken."}}
		return r
	}
	item := listen.Item{Signal: sent.signal(t.now), Theirs: sent.YourReference, Readers: t.readers}
	if sent.YourReference != "" {
		item.Origin = "api/" + string(t.caller.client.ID) + "/" + sent.YourReference
	}
	for _, x := range sent.Sealed {
		item.Sealed = append(item.Sealed, store.SealedText{Purpose: x.Purpose, Text: x.Text, Readers: t.readers})
	}
	r.screen(&item.Signal)
	r.wrong = append(checkSealed(sent.Sealed), t.checkReference(sent.YourReference)...)
	if t.refuse {
		for _, found := range r.receipt.Removed {
			r.wrong = append(r.wrong, Wrong{Where: found.Where, What: "expected words without a " + string(found.What), Do: "Take it out, or put it under sealed."})
		}
	}
	if p := item.Signal.Place.Provider; p != "" && !t.known[p] {
		r.wrong = append(r.wrong, Wrong{Where: "place.provider", What: "expected an organisation that the commissioner buys from", Do: "/api/v1/providers lists them."})
	}
	arrival, errs := t.server.Desk.Admit(t.caller.scope, item)
	r.wrong = append(append(r.wrong, wrongs(errs)...), hidden(&arrival.Signal, calendar.DateOf(t.now))...)
	r.arrival = arrival
	for _, x := range arrival.Sealed {
		r.receipt.Sealed = append(r.receipt.Sealed, x.Purpose)
	}
	return r
}

// screen notes what the desk will take out, and what it will leave.
func (r *ready) screen(s *signal.Signal) {
	for _, f := range listen.Find(s) {
		list := &r.receipt.Doubtful
		if f.Certain {
			list = &r.receipt.Removed
		}
		if n := len(*list); n > 0 && (*list)[n-1].Where == f.Field && (*list)[n-1].What == f.Kind {
			(*list)[n-1].Times++
			continue
		}
		*list = append(*list, Removed{Where: f.Field, What: f.Kind, Times: 1})
	}
}

// checkReference refuses a reference that is a patient's: it is kept as it is.
func (t *taking) checkReference(reference string) []Wrong {
	if len([]rune(reference)) > 100 {
		return []Wrong{{Where: "your_reference", What: "expected at most 100 characters", Do: "Shorten it."}}
	}
	for _, m := range identifier.Find(reference, calendar.DateOf(t.now)) {
		if m.Certain {
			return []Wrong{{Where: "your_reference", What: "expected a reference that is no " + string(m.Kind), Do: "Use a reference of your own system, with a letter before it where it looks like an identifier, or leave it out."}}
		}
	}
	return nil
}

// purposes is whose identity may be sealed.
var purposes = map[string]bool{"patient": true, "complainant": true, "representative": true, "whistle_blower": true, "person": true}

func checkSealed(list []SentSealed) (wrong []Wrong) {
	if len(list) > 4 {
		return []Wrong{{Where: "sealed", What: "expected at most 4 texts", Do: "Put what belongs together into one."}}
	}
	for i, x := range list {
		if !purposes[x.Purpose] {
			wrong = append(wrong, Wrong{Where: fmt.Sprintf("sealed[%d].purpose", i), What: "expected patient, complainant, representative, whistle_blower or person", Do: "Say whose identity it is."})
		}
		if n := len([]rune(x.Text)); n == 0 || n > 4000 {
			wrong = append(wrong, Wrong{Where: fmt.Sprintf("sealed[%d].text", i), What: "expected 1 to 4000 characters", Do: "Seal identities only; the story goes into narrative."})
		}
	}
	return wrong
}

// misread says where a signal differs from its description. It is asked only when a
// signal could not be read: validating against the description takes longer than
// reading.
func (s *Server) misread(text json.RawMessage) []Wrong {
	var v any
	if err := json.Unmarshal(text, &v); err != nil {
		return []Wrong{{Where: "", What: "expected a signal as JSON", Do: "Look it up in /api/openapi.json."}}
	}
	res := &huma.ValidateResult{}
	huma.Validate(s.api.OpenAPI().Components.Schemas, s.sent, huma.NewPathBuffer(nil, 0), huma.ModeWriteToServer, v, res)
	var out []Wrong
	for _, err := range res.Errors {
		var d huma.ErrorDetailer
		if errors.As(err, &d) {
			out = append(out, wrongOf(d.ErrorDetail(), ""))
		}
	}
	if len(out) == 0 {
		out = []Wrong{{Where: "", What: "expected a signal as /api/openapi.json describes it", Do: "A date or a code is written in another form."}}
	}
	for i := range out {
		out[i].What = strings.TrimSpace(out[i].What)
	}
	return out
}
