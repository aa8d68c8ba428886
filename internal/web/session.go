package web

import (
	"net"
	"net/http"
	"strings"
	"time"

	"candour/internal/access"
	"candour/internal/org"
)

// sessionLives is how long a session lasts after signing in: a working day, so
// that nobody signs in twice a day and no session outlives a night.
const sessionLives = 12 * time.Hour

// cookieName is the name of the session's cookie. Over https it is bound to this
// host by the browser.
func (s *Server) cookieName() string {
	if s.Secure {
		return "__Host-candour"
	}
	return "candour"
}

// begin signs an account in and gives its browser the session.
func (s *Server) begin(r *request, v access.Viewer) error {
	var tenant org.Code
	if all := v.Tenants(); len(all) == 1 {
		tenant = all[0]
	}
	if r.session != "" { // whoever was signed in here before
		if err := s.store.SignOut(r.Context(), r.session); err != nil {
			return err
		}
	}
	token, err := s.store.SignIn(r.Context(), v.Account, tenant, sessionLives)
	if err != nil {
		return err
	}
	http.SetCookie(r.writer, s.cookie(token, int(sessionLives/time.Second)))
	return nil
}

func (s *Server) cookie(token string, age int) *http.Cookie {
	return &http.Cookie{
		Name: s.cookieName(), Value: token, Path: "/", MaxAge: age, HttpOnly: true, Secure: s.Secure, SameSite: http.SameSiteLaxMode,
	}
}

// address is where the request comes from, for counting failed sign-ins.
func (s *Server) address(r *request) string {
	if s.Proxied {
		// The last is the one that our own proxy saw; those before are what was claimed.
		list := strings.Split(r.Header.Get("X-Forwarded-For"), ",")
		if last := strings.TrimSpace(list[len(list)-1]); last != "" {
			return last
		}
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// signOut ends the session.
func (s *Server) signOut(r *request) (answer, error) {
	if err := s.store.SignOut(r.Context(), r.session); err != nil {
		return nil, err
	}
	http.SetCookie(r.writer, s.cookie("", -1))
	r.writer.Header().Set("Clear-Site-Data", `"storage"`) // drafts and pages that scripts kept on the device
	return redirect{"/sign-in?out=1"}, nil
}

// home leads to the first place that the viewer may open.
func (s *Server) home(r *request) (answer, error) {
	for _, p := range places {
		if s.offers(r, string(p.place)) {
			return redirect{r.link(string(p.place))}, nil
		}
	}
	for _, page := range []string{visitsPath, concernNewPath} {
		if s.offers(r, page) {
			return redirect{page}, nil
		}
	}
	if r.tenant == "" && len(r.viewer.Tenants()) > 1 {
		return redirect{"/account/commissioner"}, nil
	}
	return redirect{"/account"}, nil
}
