package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
)

// running is the program as a user starts it, on a free port over an empty folder.
type running struct {
	t       *testing.T
	address string
	stop    context.CancelFunc
	code    chan int
	out     *bufio.Reader
	log     *bytes.Buffer
}

// start starts candour serve and waits until it says where it is.
func start(t *testing.T, dir string, more ...string) *running {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	reader, writer := io.Pipe()
	r := &running{t: t, stop: stop, code: make(chan int, 1), out: bufio.NewReader(reader), log: &bytes.Buffer{}}
	go func() {
		r.code <- run(&Env{Ctx: ctx, Stdin: strings.NewReader(""), Stdout: writer, Stderr: r.log}, append([]string{"serve", "--data", dir, "--addr", "127.0.0.1:0"}, more...))
		_ = writer.Close()
	}()
	t.Cleanup(stop)
	r.address = strings.TrimPrefix(r.line(), "Candour serves ")
	return r
}

// line is the next line of the program's output.
func (r *running) line() string {
	r.t.Helper()
	text, err := r.out.ReadString('\n')
	if err != nil {
		r.t.Fatalf("the program ended: %v\n%s", err, r.log)
	}
	return strings.TrimSpace(text)
}

// end interrupts the program and checks that it ends well.
func (r *running) end() {
	r.t.Helper()
	r.stop()
	if code := <-r.code; code != 0 {
		r.t.Errorf("exit code %d\n%s", code, r.log)
	}
}

func TestServeLetsTheFirstAdministratorBeginAndKeepsWhatSheDid(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	r := start(t, dir)
	link := r.line()
	link = link[strings.LastIndexByte(link, ' ')+1:]
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar}
	status := func(path string) int {
		got, err := client.Get(r.address + path)
		if err != nil {
			t.Fatal(err)
		}
		defer got.Body.Close() //nolint:errcheck // it was only read
		return got.StatusCode
	}
	if got := status("/healthz"); got != http.StatusOK {
		t.Fatalf("/healthz gave %d", got)
	}
	form := url.Values{
		"tenant": {"QHL"}, "called": {"NHS Somewhere ICB"}, "name": {"Ann Example"}, "login": {"ann@example.org"},
		"password": {"three plain words"}, "again": {"three plain words"},
	}
	post := func(address string, form url.Values) int {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader(form.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		request.Header.Set("Origin", r.address)
		got, err := client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer got.Body.Close() //nolint:errcheck // it was only read
		return got.StatusCode
	}
	if got := post(link, form); got != http.StatusOK {
		t.Fatalf("beginning gave %d", got)
	}
	for _, path := range []string{"/data", "/memory", "/administration"} {
		if got := status(path); got != http.StatusOK {
			t.Errorf("%s gave %d", path, got)
		}
	}
	r.end()

	again := start(t, dir)
	if _, err := client.Get(r.address + "/healthz"); err == nil {
		t.Error("the first program still answers")
	}
	r.address = again.address
	client.Jar, _ = cookiejar.New(nil)
	if got := post(again.address+"/sign-in", url.Values{"login": {"ann@example.org"}, "password": {"three plain words"}, "next": {"/administration"}}); got != http.StatusOK {
		t.Errorf("signing in to the program begun anew gave %d", got)
	}
	again.stop()
	if rest, err := io.ReadAll(again.out); err != nil || strings.Contains(string(rest), "no account yet") {
		t.Errorf("with an account there the program still offers a link: %s %v", rest, err)
	}
	if code := <-again.code; code != 0 {
		t.Errorf("exit code %d\n%s", code, again.log)
	}
}

func TestServeRefusesAnAddressThatIsTaken(t *testing.T) {
	t.Parallel()
	r := start(t, t.TempDir())
	_ = r.line() // the first administrator's link
	var out bytes.Buffer
	code := run(&Env{Ctx: t.Context(), Stdin: strings.NewReader(""), Stdout: &out, Stderr: &out}, []string{"serve", "--data", t.TempDir(), "--addr", strings.TrimPrefix(r.address, "http://")})
	if code != 3 || !strings.Contains(out.String(), "listen on") {
		t.Errorf("exit code %d: %s", code, out.String())
	}
	r.end()
}
