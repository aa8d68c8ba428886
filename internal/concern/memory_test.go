package concern

import (
	"math/rand/v2"
	"reflect"
	"testing"
)

// held is the bytes that an engine holds: its slices by what they have room for, its
// maps by what is in them, and what pointers lead to once.
func held(v reflect.Value, seen map[uintptr]bool) (bytes uintptr) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() || seen[v.Pointer()] {
			return 0
		}
		seen[v.Pointer()] = true
		return v.Elem().Type().Size() + held(v.Elem(), seen)
	case reflect.Slice:
		bytes = uintptr(v.Cap()) * v.Type().Elem().Size()
		fallthrough
	case reflect.Array:
		switch v.Type().Elem().Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map, reflect.Struct, reflect.String:
			for i := range v.Len() {
				bytes += held(v.Index(i), seen)
			}
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			bytes += k.Type().Size() + held(k, seen) + v.Type().Elem().Size() + held(v.MapIndex(k), seen)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			bytes += held(v.Field(i), seen)
		}
	case reflect.String:
		bytes = uintptr(v.Len())
	}
	return bytes
}

func TestMemoryPerProviderIsTheSameAfterFiveTenAndTwentyYears(t *testing.T) {
	t.Parallel()
	const providers = 6
	par := Default()
	e, err := New(par, small(par))
	must(t, err)
	rng := rand.New(rand.NewPCG(21, 1))
	after := map[int]uintptr{}
	for u := range 241 {
		m := epoch + Month(u)
		for p := range providers {
			for _, s := range small(par) {
				if s.Kind.derived() {
					continue
				}
				for _, o := range value(rng, s, ProviderID(rune('A'+p)), m) {
					o.Available = max(o.Available, m) // what comes late, comes; it is taken when its month is reached
					must(t, e.Observe(o))
				}
			}
		}
		must(t, e.Advance(m))
		if year := u / 12; u%12 == 0 && (year == 5 || year == 10 || year == 20) {
			clear(e.pending) // rows of months to come, which the caller gave too early, are the caller's
			after[year] = held(reflect.ValueOf(e), map[uintptr]bool{}) / providers
		}
	}
	t.Logf("bytes a provider: %v", after)
	if after[5] < 50_000 || after[10] > after[5]+after[5]/100 || after[20] > after[5]+after[5]/100 {
		t.Errorf("bytes a provider after years: %v", after)
	}
}
