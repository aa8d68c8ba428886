package store

import (
	"database/sql/driver"
	"fmt"
	"time"
)

// instant is the one way in which times are stored: UTC text of fixed width, to
// the microsecond, which sorts as time does on both engines. The zero time is
// the empty string.
type instant struct{ time.Time }

const instantForm = "2006-01-02T15:04:05.000000Z"

// at wraps a time for storing.
func at(t time.Time) instant { return instant{t} }

// Value writes the fixed form.
func (t instant) Value() (driver.Value, error) {
	if t.IsZero() {
		return "", nil
	}
	return t.UTC().Format(instantForm), nil
}

// Scan reads the fixed form; NULL and "" are the zero time.
func (t *instant) Scan(v any) error {
	var text string
	switch v := v.(type) {
	case nil:
	case string:
		text = v
	case []byte:
		text = string(v)
	default:
		return fmt.Errorf("an instant is stored as %T, expected text", v)
	}
	if text == "" {
		t.Time = time.Time{}
		return nil
	}
	parsed, err := time.Parse(instantForm, text)
	if err != nil {
		return fmt.Errorf("an instant is stored in another form: %w", err)
	}
	t.Time = parsed
	return nil
}
