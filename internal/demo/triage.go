package demo

import (
	"hash/fnv"
	"strings"

	"candour/internal/org"
	"candour/internal/signal"
)

// Triaged are the kinds that people read and dealt with themselves at each earlier
// stage, some days after the load; everything else of long ago came with its history.
// So the inbox of a past moment holds what waited then.
var Triaged = []signal.Kind{signal.KindComplaint, signal.KindPatientComment}

// triageWords are what people wrote when they dealt with them.
var triageWords = map[signal.Kind]string{
	signal.KindComplaint:      "The trust has answered and we have read its answer; counted with the others of its theme",
	signal.KindPatientComment: "Read; counted with the others of its theme",
}

// TriageWords is why a signal of an earlier stage was noted.
func TriageWords(k signal.Kind) string { return triageWords[k] }

// TriagedOf reports whether a file of signals of an earlier stage is read by people:
// its mapping is that of one of the kinds Triaged.
func TriagedOf(f *SignalFile) bool {
	return strings.HasSuffix(f.Mapping, "demo-complaints.yaml") || strings.HasSuffix(f.Mapping, "demo-comments.yaml")
}

// SecondCodes is how many complaints of the sample the clinical reviewer of a
// commissioner codes a second time at each earlier stage (R-HCAT-1).
func SecondCodes(tenant org.Code) int {
	if tenant == Marlshire {
		return 8
	}
	return 1
}

// SecondCode is what a second person, who has not seen the first code, makes of a
// complaint: mostly the same, now and then a level away, seldom another category. It
// hangs on the reference alone.
func SecondCode(ref string, first signal.HCATCode) signal.HCATCode {
	h := fnv.New32a()
	_, _ = h.Write([]byte(ref)) // never fails
	second := signal.HCATCode{Category: first.Category, Severity: first.Severity}
	switch h.Sum32() % 10 {
	case 0, 1:
		second.Severity = min(first.Severity+1, signal.HCATLevels-1)
	case 2:
		second.Severity = max(first.Severity-1, 1)
	case 3:
		second.Category = otherCategory[first.MainCategory()]
	}
	return second
}

// otherCategory is the category for which each is most often taken: its manual has
// quality and safety as the least reliable.
var otherCategory = map[string]string{
	"quality": "safety", "safety": "quality", "environment": "institutional-processes", "institutional-processes": "environment",
	"listening": "communication", "communication": "listening", "respect": "listening",
}
