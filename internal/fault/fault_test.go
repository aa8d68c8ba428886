package fault

import (
	"errors"
	"fmt"
	"testing"
)

func TestEveryKindHasANameAStatusAndAnExitCode(t *testing.T) {
	for k := Internal; k <= Damaged; k++ {
		row, ok := kinds[k]
		if !ok || row.name == "" || row.status < 400 || row.exit < ExitRefused {
			t.Errorf("kind %d has row %+v", k, row)
		}
	}
}

func TestKindSurvivesWrapping(t *testing.T) {
	err := fmt.Errorf("load file: %w", New(NotFound, "no indicator %q", "x"))
	if KindOf(err) != NotFound || Status(err) != 404 || ExitCode(err) != ExitRefused {
		t.Errorf("got %v, %d, %d", KindOf(err), Status(err), ExitCode(err))
	}
	if KindOf(errors.New("bare")) != Internal || ExitCode(errors.New("bare")) != ExitFailed {
		t.Error("an error without a kind is ours")
	}
	if ExitCode(Exit(ExitQuarantined)) != ExitQuarantined {
		t.Error("Exit sets the code")
	}
}
