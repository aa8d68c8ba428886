package web

import (
	"net/http"

	"candour/internal/access"
	"candour/internal/digest"
)

// route is one address.
type route struct {
	Method  string
	Pattern string // as in http.ServeMux, without the method
	// Action is what the policies must allow. Anybody may use an address that
	// names anybody; signed-in people without a commissioner those that name
	// access.UseOwnAccount.
	Action access.Action
	Past   bool // may be looked at as of a past moment; never with a POST
	Body   int64
	Handle func(*request) (answer, error)
}

// anybody is the action of addresses that are open to those who are not signed in.
const anybody access.Action = ""

// The largest bodies that are read.
const (
	smallBody  = 64 << 10
	uploadBody = 2 << 30 // a year of national files, zipped
)

// routes is every address of the site, by noun. Nothing is registered elsewhere.
func (s *Server) routes() []route {
	const get, post = http.MethodGet, http.MethodPost
	return []route{
		{get, "/{$}", access.UseOwnAccount, true, 0, s.home},

		// Signing in and the own account.
		{get, "/sign-in", anybody, false, 0, s.signInForm},
		{post, "/sign-in", anybody, false, smallBody, s.signIn},
		{get, "/sign-in/link/{token}", anybody, false, 0, s.linkShow},
		{post, "/sign-in/link/{token}", anybody, false, smallBody, s.linkUse},
		{get, "/first-administrator/{token}", anybody, false, 0, s.firstForm},
		{post, "/first-administrator/{token}", anybody, false, smallBody, s.firstMake},
		{post, "/sign-out", access.UseOwnAccount, false, smallBody, s.signOut},
		{get, "/account", access.UseOwnAccount, false, 0, s.ownAccount},
		{post, "/account/password", access.UseOwnAccount, false, smallBody, s.passwordChange},
		{post, "/account/mail", access.UseOwnAccount, false, smallBody, s.mailChange},
		{get, "/account/commissioner", access.UseOwnAccount, false, 0, s.tenantForm},
		{post, "/account/commissioner", access.UseOwnAccount, false, smallBody, s.tenantChoose},

		// The past, and the search of everything.
		{get, "/as-of", access.UseOwnAccount, true, 0, s.asOfForm},
		{get, searchPath, access.Search, true, 0, s.search},
		{get, methodPath, access.UseOwnAccount, true, 0, s.methodShow},

		// Signals, and the concerns of those who raise them.
		{get, "/signals", access.SeeSignals, true, 0, s.signals},
		{get, digest.DuePath, access.SeeSignals, true, 0, s.signalsDue},
		{get, "/signals/{ref}", access.SeeSignals, true, 0, s.signalShow},
		{post, "/signals/together", access.TriageSignal, false, smallBody, s.togetherMake},
		{get, "/signals/together/{id}", access.SeeSignals, true, 0, s.togetherShow},
		{post, "/signals/together/{id}", access.TriageSignal, false, smallBody, s.togetherUndo},
		{post, "/signals/{ref}", access.TriageSignal, false, smallBody, s.signalChange},
		{get, "/signals/correct/{ref}", access.TriageSignal, false, 0, s.signalCorrectForm},
		{post, "/signals/correct/{ref}", access.TriageSignal, false, formBody, s.signalCorrect},
		{get, "/signals/sort/{ref}", access.TriageSignal, false, 0, s.signalSortForm},
		{post, "/signals/sort/{ref}", access.TriageSignal, false, formBody, s.signalSort},
		{post, "/signals/{ref}/sealed/{seal}", access.SeeSignals, false, smallBody, s.sealedOpen},
		{get, concernNewPath, access.RaiseConcern, false, 0, s.concernForm},
		{post, concernNewPath, access.RaiseConcern, false, 256 << 10, s.concernSend},
		{get, signalNewPath, access.RecordSignal, false, 0, s.signalKinds},
		{get, signalNewPath + "/{kind}", access.RecordSignal, false, 0, s.signalForm},
		{post, signalNewPath + "/{kind}", access.RecordSignal, false, visitBody, s.signalSend},
		{get, signalSentPath + "{ref}", access.RecordSignal, false, 0, s.signalSent},
		{get, draftsPath, access.UseOwnAccount, false, 0, s.drafts},
		{get, "/worker.js", anybody, false, 0, s.worker},
		{get, visitsPath, access.RecordVisit, true, 0, s.visits},
		{get, visitsPath + "/{ref}", access.RecordVisit, true, 0, s.visitShow},
		{post, visitsPath + "/{ref}", access.RecordVisit, false, smallBody, s.visitMove},
		{get, visitsPath + "/{ref}/more", access.RecordVisit, false, 0, s.visitFormAgain},
		{post, visitsPath + "/{ref}/more", access.RecordVisit, false, formBody, s.visitGoOn},
		{post, visitsPath + "/{ref}/photographs/{seal}", access.RecordVisit, false, smallBody, s.pictureOpen},
		{get, concernsPath, access.SeeOwnConcerns, false, 0, s.concerns},
		{get, concernsPath + "/sent/{ref}", access.SeeOwnConcerns, false, 0, s.concernSent},
		{post, concernsPath + "/{ref}/not-resolved", access.SeeOwnConcerns, false, smallBody, s.notResolved},

		// Complaints that are not dealt with.
		{get, complaintsPath, access.SeeSignals, true, 0, s.complaints},
		{get, complaintsPath + "/{ref}", access.SeeSignals, true, 0, s.complaintShow},
		{post, complaintsPath + "/{ref}", access.StepIn, false, smallBody, s.complaintChange},
		{get, doubleCodingPath, access.TriageSignal, true, 0, s.doubleCoding},
		{get, doubleCodingPath + "/{ref}", access.TriageSignal, true, 0, s.secondCodeShow},
		{post, doubleCodingPath + "/{ref}", access.TriageSignal, false, smallBody, s.secondCodeChange},

		// How providers learn from incidents.
		{get, learningPath, access.SeeSignals, true, 0, s.learning},
		{post, learningPath, access.TriageSignal, false, smallBody, s.planMake},
		{get, learningPath + "/plans/{id}", access.SeeSignals, true, 0, s.planShow},
		{post, learningPath + "/plans/{id}", access.TriageSignal, false, smallBody, s.planChange},

		// What providers assured us of, and what disproved it.
		{get, assurancePath, access.SeeSignals, true, 0, s.assurance},
		{post, assurancePath, access.RecordSignal, false, largestSubmissions + smallBody, s.submissionMake},
		{get, assurancePath + "/new", access.RecordSignal, false, 0, s.submissionForm},
		{get, assurancePath + "/{id}", access.SeeSignals, true, 0, s.submissionShow},
		{post, assurancePath + "/{id}", access.TriageSignal, false, smallBody, s.submissionChange},

		// What many signals say together, and who says nothing.
		{get, patternsPath, access.SeeSignals, true, 0, s.patterns},
		{post, patternsPath, access.TriageSignal, false, smallBody, s.listeningSet},
		{get, patternsPath + "/silence", access.SeeSignals, true, 0, s.silence},
		{get, concernsPath + "/patterns", access.SeeOwnConcerns, false, 0, s.ownPatterns},
		{get, countsPath, access.Export, true, 0, s.counts},
		{post, countsPath, access.Export, false, smallBody, s.countsMake},
		{get, countsPath + "/{id}", access.Export, true, 0, s.paperShow},
		{get, countsPath + "/{id}/csv", access.Export, true, 0, s.paperCSV},

		// Data: what came, what is late, what was refused.
		{get, "/data", access.SeeData, true, 0, s.data},
		{get, "/data/deliveries/{id}", access.SeeData, true, 0, s.deliveryShow},
		{get, "/data/deliveries/{id}/file", access.Export, true, 0, s.deliveryFile},
		{get, "/data/deliveries/{id}/refusals", access.SeeData, true, 0, s.deliveryRefusalsCSV},
		{post, "/data/deliveries/{id}/release", access.ReleaseData, false, 1 << 20, s.deliveryRelease},
		{get, "/data/deliveries/{id}/mapping", access.MapSignals, false, 0, s.mappingForm},
		{post, "/data/deliveries/{id}/mapping", access.MapSignals, false, 1 << 20, s.mappingMake},
		{post, "/data/loads", access.LoadData, false, uploadBody, s.loadMake},
		{get, "/data/loads/{id}", access.SeeData, false, 0, s.loadShow},
		{post, "/data/loads/{id}", access.SeeData, false, smallBody, s.loadTake},

		// Memory: entries, proofs, the past, who was shown what.
		{get, "/memory", access.SeeMemory, true, 0, s.memory},
		{get, verifyPath, access.SeeMemory, true, 0, s.memoryVerify},
		{post, verifyPath, access.SeeAudit, false, smallBody, s.memoryVerifyAll},
		{get, inquiryPath, access.SeeAudit, true, 0, s.inquiry},
		{get, "/checkpoint", access.SeeMemory, false, 0, s.checkpointShow},
		{get, "/tile/{path...}", access.SeeMemory, false, 0, s.tileShow},

		// Administration: accounts, organisations, agreements.
		{get, adminPath, access.Administer, false, 0, s.admin},
		{post, adminPath, access.Administer, false, smallBody, s.accountMake},
		{get, adminPath + "/accounts/{id}", access.Administer, false, 0, s.adminAccount},
		{post, adminPath + "/accounts/{id}", access.Administer, false, smallBody, s.adminAccountSet},
		{post, adminPath + "/accounts/{id}/act", access.Administer, false, smallBody, s.adminAccountAct},
		{get, adminPath + "/organisations", access.Administer, false, 0, s.adminOrgs},
		{post, adminPath + "/organisations/purview", access.Administer, false, smallBody, s.purviewSet},
		{post, adminPath + "/organisations/succession", access.Administer, false, smallBody, s.successionSet},
		{get, adminMailPath, access.Administer, false, 0, s.adminMail},
		{get, adminPath + "/visits", access.Administer, false, 0, s.adminVisits},
		{post, adminPath + "/visits", access.Administer, false, smallBody, s.adminVisitsSet},
		{get, listsPath, access.Administer, false, 0, s.lists},
		{post, listsPath, access.Administer, false, listBody, s.listGive},
		{get, listsPath + "/{sort}/{id}", access.Administer, false, 0, s.listShow},
		{post, listsPath + "/{sort}/{id}", access.Administer, false, smallBody, s.listUndo},
		{get, listsPath + "/{sort}/{id}/file", access.Administer, false, 0, s.listFile},
		{get, adminPath + "/agreements", access.Administer, false, 0, s.adminAgreements},
		{post, adminPath + "/agreements", access.Administer, false, smallBody, s.agreementMake},
		{get, clientsPath, access.Administer, false, 0, s.clients},
		{post, clientsPath, access.Administer, false, smallBody, s.clientMake},
		{get, clientsPath + "/{id}", access.Administer, false, 0, s.clientShow},
		{post, clientsPath + "/{id}", access.Administer, false, smallBody, s.clientAct},

		// Who should worry us, and why.
		{get, digestPath, access.SeeWatchList, true, 0, s.digestShow},
		{get, "/watch-list", access.SeeWatchList, true, 0, s.watchList},
		{get, watchPaperPath, access.SeeWatchList, true, 0, s.watchPaper},
		{get, alertsPath, access.SeeWatchList, true, 0, s.alerts},
		{post, alertsPath + "/acknowledge", access.HandleAlert, false, smallBody, s.alertsAcknowledge},
		{get, alertsSettingsPath, access.SetAlerts, false, 0, s.alertSettings},
		{post, alertsSettingsPath, access.SetAlerts, false, smallBody, s.alertSettingsSet},
		{get, alertsPath + "/{ref}", access.SeeWatchList, true, 0, s.alertShow},
		{post, alertsPath + "/{ref}", access.HandleAlert, false, smallBody, s.alertChange},
		{get, "/matrix", access.SeeIndicator, true, 0, s.matrix},
		{get, "/indicators", access.SeeIndicator, true, 0, s.indicators},
		{get, "/indicators/{id}", access.SeeIndicator, true, 0, s.indicatorAll},
		{get, "/providers", access.SeeProvider, true, 0, s.providers},
		{get, "/providers/{code}", access.SeeProvider, true, 0, s.providerShow},
		{get, "/providers/{code}/paper", access.SeeProvider, true, 0, s.groupPaper},
		{get, "/providers/{code}/concern", access.SeeProvider, true, 0, s.providerWeights},
		{get, "/providers/{code}/indicators/{id}", access.SeeIndicator, true, 0, s.indicatorShow},
		{get, "/providers/{code}/indicators/{id}/download/{form}", access.Export, true, 0, s.indicatorDownload},
		{post, "/providers/{code}/indicators/{id}/notes", access.AddNote, false, smallBody, s.noteAdd},
		{post, "/providers/{code}/indicators/{id}/notes/{note}/remove", access.AddNote, false, smallBody, s.noteRemove},
		{post, "/providers/{code}/indicators/{id}/limits", access.SetLimits, false, smallBody, s.limitsSet},
		{post, "/providers/{code}/indicators/{id}/limits/{note}/remove", access.SetLimits, false, smallBody, s.limitsRemove},

		// What machines ask.
		{get, "/healthz", anybody, false, 0, s.health},
		{get, "/metrics", anybody, false, 0, s.metricsShow},
	}
}
