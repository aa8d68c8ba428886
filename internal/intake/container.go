package intake

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"path"
	"strings"
	"unicode/utf8"
)

// File is one file to be read: its name as given, and its bytes.
type File struct {
	Name string
	Size int64
	Body io.ReaderAt
}

func (f File) reader() *io.SectionReader { return io.NewSectionReader(f.Body, 0, f.Size) }

// container is what a file is outside: text, workbook or archive.
type container string

const (
	textFile    container = "text"
	xlsxFile    container = "xlsx"
	xlsFile     container = "xls"
	odsFile     container = "ods"
	archiveFile container = "zip"
)

// strangers are beginnings of files that people drop by mistake.
var strangers = []struct{ magic, what string }{
	{"%PDF", "a PDF document"},
	{"\x1f\x8b", "a gzip archive"},
	{"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"},
	{"Rar!", "a RAR archive"},
	{"\x89PNG", "a picture"},
	{"\xff\xd8\xff", "a picture"},
	{"RDX", "an R data file"},
	{"PAR1", "a Parquet file"},
	{"SQLite format 3", "a database"},
}

// sniff says what a file is by its first bytes and, for archives, by what is in
// them. Its error is a *refused.
func sniff(f File, limits Limits) (container, error) {
	if f.Size == 0 {
		return "", refuse(CodeEmpty, "an empty file", "a file with rows", "download the file again; the transfer was probably cut off")
	}
	if f.Size > limits.File {
		return "", tooLarge(f.Size, limits)
	}
	head, err := headOf(f, 64<<10)
	if err != nil {
		return "", err
	}
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")):
		return sniffZip(f, limits)
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		return sniffOLE(f)
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		return "", refuse(CodeEncoding, "UTF-16 text", "UTF-8 or Windows-1252 text", "save the file again as \"CSV UTF-8\"")
	}
	for _, s := range strangers {
		if bytes.HasPrefix(head, []byte(s.magic)) {
			return "", refuse(CodeUnknown, s.what, "CSV, XLSX, XLS, ODS or ZIP", "download the publisher's CSV or workbook instead")
		}
	}
	trimmed := bytes.ToLower(bytes.TrimSpace(head[:min(len(head), 512)]))
	switch {
	case bytes.HasPrefix(trimmed, []byte("<!doctype html")), bytes.HasPrefix(trimmed, []byte("<html")):
		return "", refuse(CodeUnknown, "a web page", "CSV, XLSX, XLS, ODS or ZIP",
			"the download gave a page in place of the file: open the publisher's address and save the file itself")
	case bytes.HasPrefix(trimmed, []byte("<?xml")), bytes.HasPrefix(trimmed, []byte("{")):
		return "", refuse(CodeUnknown, "XML or JSON text", "CSV, XLSX, XLS, ODS or ZIP", "ask the sender for a CSV or workbook")
	}
	if i := bytes.IndexByte(head, 0); i >= 0 && binaryShare(head) > 0.02 {
		return "", refuse(CodeBinary, fmt.Sprintf("a NUL byte at position %d and other bytes that are not text", i), "a text file or a workbook",
			"the file is damaged or of another kind: export it again as CSV or XLSX")
	}
	return textFile, nil
}

// tooLarge refuses a file that is larger than one may be. Its bytes are not kept, so
// whoever reads this must.
func tooLarge(size int64, limits Limits) error {
	return refuse(CodeTooLarge, fmt.Sprintf("%d bytes", size), fmt.Sprintf("at most %d bytes", limits.File),
		"split the file and load its parts; no copy of it was kept, only its size and hash, so keep the file where it is")
}

// binaryShare is the share of control bytes in b: a text file has next to none,
// and one stray NUL in a row costs that row only.
func binaryShare(b []byte) float64 {
	n := 0
	for _, c := range b {
		if c < ' ' && c != '\n' && c != '\r' && c != '\t' {
			n++
		}
	}
	return float64(n) / float64(len(b))
}

func headOf(f File, n int64) ([]byte, error) {
	head := make([]byte, min(n, f.Size))
	if _, err := io.ReadFull(f.reader(), head); err != nil {
		return nil, fmt.Errorf("read the beginning of %s: %w", f.Name, err)
	}
	return head, nil
}

// openZip opens an archive after judging it by its directory: encrypted members,
// too many members, and sizes that only a bomb has.
func openZip(f File, limits Limits) (*zip.Reader, error) {
	z, err := zip.NewReader(f.Body, f.Size)
	if err != nil {
		return nil, refuse(CodeCorrupt, "an archive that cannot be opened", "a whole ZIP, XLSX or ODS file", "download the file again; the transfer was probably cut off")
	}
	if len(z.File) > limits.Members {
		return nil, refuse(CodeTooLarge, fmt.Sprintf("%d files in one archive", len(z.File)), fmt.Sprintf("at most %d", limits.Members), "split the archive")
	}
	var total, packed uint64
	for _, m := range z.File {
		if m.Flags&1 != 0 {
			return nil, refuse(CodeEncrypted, "an encrypted archive", "an archive without a password", "unpack it with its password and load the files inside")
		}
		total += m.UncompressedSize64
		packed += m.CompressedSize64
		if total > uint64(limits.Unzipped) || m.UncompressedSize64 > uint64(limits.Unzipped) {
			return nil, refuse(CodeBomb, "more bytes inside than one archive may hold", fmt.Sprintf("at most %d bytes unpacked", limits.Unzipped), "unpack it on a computer that you trust and load the files that you need")
		}
	}
	if total > 1<<20 && total/max(packed, 1) > uint64(limits.Ratio) {
		return nil, refuse(CodeBomb, fmt.Sprintf("an archive that grows %d times when unpacked", total/max(packed, 1)),
			fmt.Sprintf("at most %d times", limits.Ratio), "this is how archives that attack look: ask the sender for the plain file")
	}
	return z, nil
}

func sniffZip(f File, limits Limits) (container, error) {
	z, err := openZip(f, limits)
	if err != nil {
		return "", err
	}
	kind := archiveFile
	for _, m := range z.File {
		name := strings.ToLower(m.Name)
		switch {
		case strings.HasSuffix(name, "vbaproject.bin"):
			return "", refuse(CodeMacros, "a workbook with macros", "a workbook without macros", "open it where macros are off and save it as an Excel workbook (.xlsx) or as CSV")
		case name == "xl/workbook.xml":
			kind = xlsxFile
		case name == "xl/workbook.bin":
			return "", refuse(CodeUnreadable, "a binary workbook (.xlsb)", "XLSX, XLS, ODS or CSV", "save it as an Excel workbook (.xlsx) or as CSV")
		case name == "content.xml" && kind == archiveFile:
			kind = odsFile
		case name == "meta-inf/manifest.xml":
			text, err := readMember(m, 1<<20)
			if err == nil && bytes.Contains(text, []byte("encryption-data")) {
				return "", refuse(CodeEncrypted, "an encrypted spreadsheet", "a spreadsheet without a password", "open it with its password and save it without one")
			}
		}
	}
	return kind, nil
}

func readMember(m *zip.File, limit int64) ([]byte, error) {
	r, err := m.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(io.LimitReader(r, limit))
}

// errGrew is what a member gives that holds more than its directory said.
var errGrew = errors.New("archive member is longer than its directory says")

// capped reads at most n bytes and then fails, since only a crafted archive
// says less than it holds.
type capped struct {
	io.ReadCloser
	left int64
}

func (c *capped) Read(p []byte) (int, error) {
	n, err := c.ReadCloser.Read(p)
	if c.left -= int64(n); c.left < 0 {
		return 0, errGrew
	}
	return n, err
}

func openMember(m *zip.File, limits Limits) (io.ReadCloser, error) {
	r, err := m.Open()
	if err != nil {
		return nil, err
	}
	return &capped{r, min(int64(m.UncompressedSize64), limits.Unzipped)}, nil
}

// Members lists the files of an archive that can be loaded; folders, and what
// desktop systems leave behind, are left out. It is nil for files that are not
// archives.
func Members(f File, limits Limits) ([]*zip.File, error) {
	kind, err := sniff(f, limits)
	if err != nil || kind != archiveFile {
		return nil, err
	}
	z, err := openZip(f, limits)
	if err != nil {
		return nil, err
	}
	var out []*zip.File
	for _, m := range z.File {
		base := path.Base(m.Name)
		if m.FileInfo().IsDir() || strings.HasPrefix(m.Name, "__MACOSX/") || strings.HasPrefix(base, ".") || base == "Thumbs.db" {
			continue
		}
		out = append(out, m)
	}
	return out, nil
}

// openBook opens a file as sheets of rows. An archive with exactly one file in
// it is that file (publishers zip one large CSV); others are refused here and
// taken apart by the Loader.
func openBook(f File, limits Limits) (book, container, error) {
	kind, err := sniff(f, limits)
	if err != nil {
		return nil, "", err
	}
	var b book
	switch kind {
	case xlsxFile:
		b, err = openXLSX(f, limits)
	case odsFile:
		b, err = openODS(f, limits)
	case xlsFile:
		b, err = openXLS(f, limits)
	case archiveFile:
		return openSingle(f, limits)
	default:
		b, err = openText(func() (io.ReadCloser, error) { return io.NopCloser(f.reader()), nil }, limits)
	}
	return b, kind, err
}

// openSingle opens the one file of an archive, which must be text: a workbook in
// an archive would have to be held in memory twice.
func openSingle(f File, limits Limits) (book, container, error) {
	members, err := Members(f, limits)
	if err != nil {
		return nil, "", err
	}
	if len(members) == 0 {
		return nil, "", refuse(CodeEmpty, "an archive with nothing in it", "an archive of at least one file", "download the archive again, or ask the sender to pack it again")
	}
	if len(members) > 1 {
		return nil, "", refuse(CodeUnknown, fmt.Sprintf("an archive of %d files", len(members)), "an archive of one file", "load the archive with candour load, which takes each file in turn")
	}
	m := members[0]
	b, err := openText(func() (io.ReadCloser, error) { return openMember(m, limits) }, limits)
	return b, textFile, err
}

// textBook is a delimited text file.
type textBook struct {
	open   func() (io.ReadCloser, error)
	delim  byte
	marked bool // begins with a UTF-8 byte order mark
	pair   bool
	limits Limits
}

const byteOrderMark = "\xef\xbb\xbf"

func openText(open func() (io.ReadCloser, error), limits Limits) (*textBook, error) {
	r, err := open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	head, err := io.ReadAll(io.LimitReader(r, 64<<10))
	if err != nil {
		return nil, refuse(CodeCorrupt, "a file that breaks off", "a whole file", "download the file again; the transfer was probably cut off")
	}
	if len(head) == 0 {
		return nil, refuse(CodeEmpty, "an empty file", "a file with rows", "download the file again; the transfer was probably cut off")
	}
	b := &textBook{open: open, limits: limits, marked: bytes.HasPrefix(head, []byte(byteOrderMark))}
	b.delim = findDelimiter(head)
	b.pair = b.delim == 0xAC && utf8.Valid(head[:lastRune(head)])
	return b, nil
}

// lastRune is the length of b without a rune cut off at its end.
func lastRune(b []byte) int {
	for i := len(b); i > 0 && i > len(b)-utf8.UTFMax; i-- {
		if utf8.Valid(b[:i]) {
			return i
		}
	}
	return len(b)
}

func (b *textBook) Close() error { return nil }

func (b *textBook) heads() ([]head, error) { return headsOf(b, []sheet{{}}, b.limits.HeaderRow) }

func (b *textBook) rows(string) iter.Seq2[row, error] {
	return func(yield func(row, error) bool) {
		r, err := b.open()
		if err != nil {
			yield(row{}, fmt.Errorf("open: %w", err))
			return
		}
		defer r.Close()
		if b.marked {
			if _, err := io.CopyN(io.Discard, r, int64(len(byteOrderMark))); err != nil {
				yield(row{}, err)
				return
			}
		}
		d := newDelimited(r, b.delim, b.marked, b.limits)
		d.pair = b.pair
		for {
			next, err := d.next()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield(row{}, broken(err))
				return
			}
			if !yield(next, nil) {
				return
			}
		}
	}
}

// broken turns an error met in the middle of a compressed stream into a refusal.
func broken(err error) error {
	var r *refused
	if errors.As(err, &r) {
		return r
	}
	if errors.Is(err, zip.ErrChecksum) || errors.Is(err, zip.ErrFormat) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, errGrew) ||
		strings.Contains(err.Error(), "flate:") {
		return refuse(CodeCorrupt, "a file that breaks off or was changed on the way", "a whole file", "download the file again and compare its size with the publisher's")
	}
	return fmt.Errorf("read rows: %w", err)
}
