package store

import (
	"strconv"
	"strings"

	"candour/internal/access"
)

// within is the condition that a row is of the scope's commissioner; an operator's
// scope of everything sees all.
func within(sc access.Scope, column, tenant string) string {
	if sc.All {
		return "CAST(" + tenant + " AS codetext) IS NOT NULL"
	}
	return column + " = " + tenant
}

// heard is the condition that the scope may see a signal: those of its commissioner
// where the viewer's roles open the signals, else those of the viewer's own practices
// and those that they recorded; and of those that are confined, the ones whose readers
// name the viewer. args is what is bound so far; the parameters of the condition are
// added to it.
func (s *Store) heard(sc access.Scope, alias string, args *[]any) string {
	condition := everySignal(sc, alias, args)
	return condition + " AND " + s.opened(sc, alias, binder(args))
}

// everySignal is heard with what is confined, for sums that tell nothing of one signal.
func everySignal(sc access.Scope, alias string, args *[]any) string {
	bind := binder(args)
	condition := ""
	if sc.Past() {
		condition = holds(alias, bind(position(sc)))
	} else {
		condition = current(alias)
	}
	if sc.All {
		return condition
	}
	condition += " AND " + alias + ".tenant = " + bind(sc.Tenant)
	if !seesAll(sc) {
		condition += " AND " + own(sc, alias, bind)
	}
	return condition
}

// byKey makes a condition that heard wrote one of rows that are looked up by their key.
// SQLite would else look each up among all that hold now, by an index of those.
func byKey(condition, alias string) string {
	return strings.ReplaceAll(condition, alias+".until_pos", "+"+alias+".until_pos")
}

// binder adds parameters to args and gives their marks.
func binder(args *[]any) func(any) string {
	return func(v any) string {
		*args = append(*args, v)
		return "$" + strconv.Itoa(len(*args))
	}
}

// seesAll reports whether the viewer's roles open every signal of the commissioner.
func seesAll(sc access.Scope) bool {
	return access.Allows(sc.Viewer, sc.Tenant, access.SeeSignals, access.Resource{Tenant: sc.Tenant})
}

// own is the condition that a signal is the viewer's own or their practice's, at the
// scope's commissioner. The few that are so now are found first, by their indexes:
// a list in order would be read to its end to find them.
func own(sc access.Scope, alias string, bind func(any) string) string {
	return alias + ".ref IN (" + ownSignals(sc, "o.ref", "", bind) + ")"
}

// ownSignals is the query for columns of the signals o that are so, and for which a
// further condition holds.
func ownSignals(sc access.Scope, columns, further string, bind func(any) string) string {
	held := current("o")
	if sc.Past() {
		held = holds("o", bind(position(sc)))
	}
	find := func(whose string) string {
		return "SELECT " + columns + " FROM signal o WHERE " + held + " AND o.tenant = " + bind(sc.Tenant) + further + " AND " + whose
	}
	query := find("o.raised_by = " + bind(string(sc.Viewer.Account)))
	for _, practice := range sc.Viewer.PracticesAt(sc.Tenant) {
		query += " UNION ALL " + find("o.practice <> '' AND o.practice = "+bind(practice)+" AND o.kind = 'clinician_concern'")
	}
	return query
}
