package store

import (
	"context"
	"database/sql"
	"encoding/json"

	"candour/internal/fault"
	"candour/internal/ledger"
	"candour/internal/record"
)

// projection changes the tables that pages read, from one entry and its body
// alone, so that replaying the ledger gives the same tables.
type projection struct {
	ctx   context.Context
	store *Store
	tx    *sql.Tx
	stmts statements
}

// projector applies one kind of entry.
type projector func(p *projection, e ledger.Entry, body []byte) error

// projectors is every kind that changes a table. A kind without one is refused:
// it could not be rebuilt.
var projectors = map[record.Kind]projector{
	record.DefinitionInstalled:  decode(projectDefinition),
	record.DeliveryReceived:     decode(projectDelivery),
	record.OrganisationRecorded: decode(projectOrganisation),
	record.SuccessionRecorded:   decode(projectSuccession),
	record.PurviewSet:           decode(projectPurview),
	record.AccountSet:           decode(projectAccount),
	record.AgreementMade:        decode(projectAgreement),
	record.NoteAdded:            decode(projectNote),
	record.NoteRemoved:          decode(projectRemoval),
	record.LimitsSet:            decode(projectLimits),
	record.LimitsRemoved:        decode(projectRemoval),
	record.WatchRan:             decode(projectWatch),
	record.FirstShown:           decode(projectShown),
	record.ConcernJudged:        decode(projectConcern),
	record.SignalReceived:       decode(projectSignal),
	record.SignalChanged:        decode(projectSignal),
	record.SignalsTogether:      decode(projectTogether),
	record.SealedRead:           decode(projectSealedAct),
	record.SealedErased:         decode(projectSealedAct),
	record.SignalRead:           decode(projectSealedAct),
	record.ClientSet:            decode(projectClient),
	record.MailChosen:           decode(projectMailChoice),
	record.MailDecided:          decode(projectMailRound),
	record.MailSent:             decode(projectMailEnd),
	record.MailFailed:           decode(projectMailEnd),
	record.AlertRaised:          decode(projectAlert),
	record.AlertStepped:         decode(projectStep),
	record.AlertsSet:            decode(projectAlertSettings),
	record.AlertsEstimated:      decode(projectEstimate),
	record.HeadsStated:          decode(func(*projection, ledger.Entry, record.Heads) error { return nil }),

	record.ListeningSet:          decode(projectListening),
	record.LocalListSet:          decode(projectLocalList),
	record.PlanRecorded:          decode(projectPlan),
	record.SubmissionReceived:    decode(projectSubmission),
	record.StatementContradicted: decode(projectContradiction),
	record.ContradictionUndone:   decode(projectContradictionUndone),
	record.CountsReleased:        decode(projectRelease),
}

// decode makes a projector of a function that takes the typed body.
func decode[T any](f func(*projection, ledger.Entry, T) error) projector {
	return func(p *projection, e ledger.Entry, body []byte) error {
		var typed T
		if err := json.Unmarshal(body, &typed); err != nil {
			return fault.Wrap(fault.Damaged, err, "the body of entry %d (%s) can't be read", e.Position, e.Kind)
		}
		return f(p, e, typed)
	}
}

func (p *projection) apply(e ledger.Entry, body []byte) error {
	f, ok := projectors[record.Kind(e.Kind)]
	if !ok {
		return fault.New(fault.Internal, "entry %d has kind %q, which no projection knows", e.Position, e.Kind)
	}
	return f(p, e, body)
}

// exec runs a statement and gives its error a kind.
func (p *projection) exec(doing, query string, args ...any) error {
	_, err := p.tx.ExecContext(p.ctx, query, args...)
	return p.store.engine.fault(err, doing)
}

// insert adds one row that holds from the entry's position on.
func (p *projection) insert(e ledger.Entry, table string, columns []string, row ...any) error {
	return p.store.engine.insertPrepared(p.ctx, p.tx, p.stmts, table, append(columns[:len(columns):len(columns)], "from_pos", "until_pos"), [][]any{append(row, int64(e.Position), open)})
}

// projectionTables is every table that rebuild empties and fills again, with the
// order in which two copies are compared.
var projectionTables = []struct{ name, order string }{
	{"definition", "sort, id, from_pos"},
	{"delivery", "id, from_pos"},
	{"reread", "delivery, from_pos"},
	{"refusal", "delivery, from_pos, n"},
	{"observation", "indicator, org, period, tenant, vintage"},
	{"organisation", "code, from_pos"},
	{"succession", "predecessor, successor, from_pos"},
	{"purview", "tenant, org, from_pos"},
	{"account", "id, from_pos"},
	{"membership", "account, tenant, role, practice, from_pos"},
	{"agreement", "id, from_pos"},
	{"note", "id, from_pos"},
	{"finding", "id, from_pos"},
	{"watch_run", "position"},
	{"verdict", "indicator, org, tenant, from_pos"},
	{"shown", "account, tenant, thing"},
	{"concern", "tenant, org, from_pos"},
	{"signal", "tenant, ref, from_pos"},
	{"signal_tally", "tenant, pile, triaged, day"},
	{"sealed_act", "position"},
	{"together", "id, from_pos"},
	{"listening", "tenant, from_pos"},
	{"local_list", "sort, id, from_pos"},
	{"response_plan", "tenant, id, from_pos"},
	{"submission", "tenant, id, version"},
	{"contradiction", "tenant, id, from_pos"},
	{"released", "tenant, id"},
	{"client", "id, from_pos"},
	{"mail_choice", "account, from_pos"},
	{"mail_round", "tenant, round, about"},
	{"mail", "id"},
	{"alert", "tenant, ref, from_pos"},
	{"alert_evidence", "tenant, ref"},
	{"alert_setting", "tenant, version"},
	{"alert_estimate", "tenant, sort, version"},
}
