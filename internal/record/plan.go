package record

// PlanRecorded is the kind of an entry that records a provider's plan of responses, or
// corrects one; the body is a signal.ResponsePlan.
const PlanRecorded Kind = "plan.recorded"
