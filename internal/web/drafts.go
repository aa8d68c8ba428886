package web

import (
	"net/http"

	"candour/internal/web/assets"
)

// draftsPath lists what is kept on the device, by script: the server knows nothing
// of it.
const draftsPath = "/drafts"

// draftsPage is the frame of that list.
type draftsPage struct{ base }

func (*draftsPage) template() string { return "drafts" }

func (s *Server) drafts(*request) (answer, error) {
	return &draftsPage{base: base{Title: "What is kept on this device"}}, nil
}

// worker serves the service worker, at the root so that it stands before every page.
func (s *Server) worker(*request) (answer, error) {
	text, err := assets.Worker()
	if err != nil {
		return nil, err
	}
	return &download{Type: "text/javascript; charset=utf-8", Write: func(w http.ResponseWriter) error {
		_, err := w.Write(text)
		return err
	}}, nil
}
