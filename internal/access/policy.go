package access

import (
	"embed"
	"fmt"
	"io/fs"
	"sync"

	"github.com/cedar-policy/cedar-go"
	"github.com/cedar-policy/cedar-go/types"

	"candour/internal/org"
)

// Action is something that a viewer may or may not do; the routes table names
// one for every address.
type Action string

// The actions. What each role may do stands in policies/*.cedar.
const (
	SeeWatchList   Action = "see-watch-list"
	SeeProvider    Action = "see-provider"
	SeeIndicator   Action = "see-indicator"
	SeeSignals     Action = "see-signals"
	SeeData        Action = "see-data"
	SeeMemory      Action = "see-memory"
	SeeAudit       Action = "see-audit"
	Search         Action = "search"
	Export         Action = "export"
	LoadData       Action = "load-data"
	ReleaseData    Action = "release-data"
	MapSignals     Action = "map-signals"
	AddNote        Action = "add-note"
	SetLimits      Action = "set-limits"
	HandleAlert    Action = "handle-alert"
	SetAlerts      Action = "set-alerts"
	TriageSignal   Action = "triage-signal"
	RecordSignal   Action = "record-signal"
	RaiseConcern   Action = "raise-concern"
	SeeOwnConcerns Action = "see-own-concerns"
	RecordVisit    Action = "record-visit"
	StepIn         Action = "step-in"
	ReadSealed     Action = "read-sealed"
	Administer     Action = "administer"
	UseOwnAccount  Action = "use-own-account"

	// What programs do through the API, beside reading what people may read.
	SendSignal Action = "send-signal"
	SeeSent    Action = "see-sent"
	SeeCodes   Action = "see-codes"
)

// ClientActions is what an administrator may let a program do, in the order of
// pages; policies/clients.cedar permits each where it was granted. What codes there
// are (SeeCodes) any client may ask.
var ClientActions = []Action{SendSignal, SeeSent, SeeProvider, SeeWatchList, SeeIndicator}

// Actions is every action; a test holds it against the policies.
var Actions = []Action{
	SeeWatchList, SeeProvider, SeeIndicator, SeeSignals, SeeData, SeeMemory, SeeAudit, Search, Export, LoadData,
	ReleaseData, MapSignals, AddNote, SetLimits, HandleAlert, SetAlerts, TriageSignal, RecordSignal, RaiseConcern, SeeOwnConcerns,
	RecordVisit, StepIn, ReadSealed, Administer, UseOwnAccount, SendSignal, SeeSent, SeeCodes,
}

//go:embed policies/*.cedar
var policyFiles embed.FS

var policies = sync.OnceValue(func() *cedar.PolicySet {
	set := cedar.NewPolicySet()
	names, err := fs.Glob(policyFiles, "policies/*.cedar")
	if err != nil {
		panic(err) // the pattern is a constant
	}
	for _, name := range names {
		text, err := policyFiles.ReadFile(name)
		if err != nil {
			panic(err)
		}
		part, err := cedar.NewPolicySetFromBytes(name, text)
		if err != nil {
			panic(fmt.Errorf("policy file %s: %w", name, err)) // found by the first test run
		}
		for id, p := range part.All() {
			set.Add(cedar.PolicyID(name+"#"+string(id)), p)
		}
	}
	return set
})

// Resource is what an action is done to.
type Resource struct {
	Tenant  org.Code    // whose it is; "" is published national data
	Readers []AccountID // of sealed text: who is named on the seal
	Kind    string      // of a signal that a program sends or a person types in
}

// Allows reports whether the policies let v do a to r while working for the
// commissioner tenant. Nothing is allowed that no policy permits.
func Allows(v Viewer, tenant org.Code, a Action, r Resource) bool {
	if v.Operator {
		return a != ReadSealed // a seal names its readers; the machine's operator is not one
	}
	var roles, readers []types.Value
	for _, role := range v.RolesAt(tenant) {
		roles = append(roles, types.String(role))
	}
	for _, id := range r.Readers {
		readers = append(readers, types.String(id))
	}
	var may, kinds []types.Value
	principal := types.NewEntityUID("Account", types.String(v.Account))
	if v.Client != nil {
		principal = types.NewEntityUID("Client", types.String(v.Account))
		for _, granted := range v.Client.May {
			may = append(may, types.String(granted))
		}
		for _, kind := range v.Client.Kinds {
			kinds = append(kinds, types.String(kind))
		}
	}
	resource := types.NewEntityUID("Thing", "it")
	entities := types.EntityMap{
		principal: types.Entity{UID: principal, Attributes: types.NewRecord(types.RecordMap{
			"account": types.String(v.Account), "roles": types.NewSet(roles...), "tenant": types.String(tenant),
			"may": types.NewSet(may...), "kinds": types.NewSet(kinds...),
		})},
		resource: types.Entity{UID: resource, Attributes: types.NewRecord(types.RecordMap{
			"tenant": types.String(r.Tenant), "readers": types.NewSet(readers...), "kind": types.String(r.Kind),
		})},
	}
	// What else is told is which policies applied, and which failed: those permit nothing.
	decision, _ := cedar.Authorize(policies(), entities, cedar.Request{
		Principal: principal, Action: types.NewEntityUID("Action", types.String(a)), Resource: resource,
	})
	return decision == cedar.Allow
}
