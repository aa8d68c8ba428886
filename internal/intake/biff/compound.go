package biff

import (
	"encoding/binary"
	"io"
	"unicode/utf16"
)

// compound is a compound file ([MS-CFB]): a small file system of sectors, whose
// chains are linked in a table (FAT); streams shorter than 4,096 bytes lie in
// sectors of 64 bytes inside one longer stream. Nothing it says about its own
// size is believed: every chain is bounded by the number of sectors that the
// file has.
type compound struct {
	r       io.ReaderAt
	shift   uint // of the sector size
	sectors int  // that the file has
	fat     []uint32
	entries []directoryEntry
	mini    []byte // the stream that holds short streams
	miniFAT []uint32
}

type directoryEntry struct {
	name  string
	kind  byte // 1 a storage, 2 a stream, 5 the root
	start uint32
	size  uint64
}

const (
	miniLimit  = 4096 // streams shorter than this are in the mini stream
	lastSector = 0xFFFFFFFA
)

// openCompound reads the tables and the directory of a file of size bytes.
func openCompound(r io.ReaderAt, size int64) (*compound, error) {
	head := make([]byte, 512)
	if _, err := r.ReadAt(head, 0); err != nil {
		return nil, ErrDamaged
	}
	c := &compound{r: r, shift: uint(binary.LittleEndian.Uint16(head[30:]))}
	if string(head[:8]) != "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" || c.shift != 9 && c.shift != 12 {
		return nil, ErrDamaged
	}
	c.sectors = int((size + int64(c.sectorSize()) - 1) >> c.shift)
	if err := c.readFAT(head); err != nil {
		return nil, err
	}
	directory, err := c.chain(binary.LittleEndian.Uint32(head[48:]), c.sectors)
	if err != nil {
		return nil, err
	}
	for at := 0; at+128 <= len(directory); at += 128 {
		c.entries = append(c.entries, parseEntry(directory[at:at+128]))
	}
	if len(c.entries) == 0 {
		return nil, ErrDamaged
	}
	return c, c.readMini(head)
}

func (c *compound) sectorSize() int { return 1 << c.shift }

func parseEntry(b []byte) directoryEntry {
	n := int(binary.LittleEndian.Uint16(b[64:]))/2 - 1 // characters, without the closing nought
	units := make([]uint16, 0, 32)
	for i := 0; i < n && i < 32; i++ {
		units = append(units, binary.LittleEndian.Uint16(b[2*i:]))
	}
	return directoryEntry{string(utf16.Decode(units)), b[66], binary.LittleEndian.Uint32(b[116:]), uint64(binary.LittleEndian.Uint32(b[120:]))}
}

// sector reads sector n; the header stands before sector 0.
func (c *compound) sector(n uint32) ([]byte, error) {
	if int64(n) >= int64(c.sectors) {
		return nil, ErrDamaged
	}
	b := make([]byte, c.sectorSize())
	if got, err := c.r.ReadAt(b, (int64(n)+1)<<c.shift); err != nil && (err != io.EOF || got == 0) {
		return nil, ErrDamaged
	}
	return b, nil
}

// readFAT reads the table of chains: its sectors are listed in the header, and
// the rest of the list in a chain of its own.
func (c *compound) readFAT(head []byte) error {
	list := numbers(head[76:512])
	next := binary.LittleEndian.Uint32(head[68:])
	for range c.sectors {
		if next >= lastSector {
			break
		}
		b, err := c.sector(next)
		if err != nil {
			return err
		}
		more := numbers(b)
		list, next = append(list, more[:len(more)-1]...), more[len(more)-1]
	}
	for _, n := range list {
		if n >= lastSector || len(c.fat) > c.sectors {
			continue
		}
		b, err := c.sector(n)
		if err != nil {
			return err
		}
		c.fat = append(c.fat, numbers(b)...)
	}
	return nil
}

func numbers(b []byte) []uint32 {
	out := make([]uint32, len(b)/4)
	for i := range out {
		out[i] = binary.LittleEndian.Uint32(b[4*i:])
	}
	return out
}

// chain reads the sectors linked from start, at most limit of them.
func (c *compound) chain(start uint32, limit int) ([]byte, error) {
	var out []byte
	for n := start; n < lastSector; n = c.fat[n] {
		if limit--; limit < 0 || int64(n) >= int64(len(c.fat)) {
			return nil, ErrDamaged
		}
		b, err := c.sector(n)
		if err != nil {
			return nil, err
		}
		out = append(out, b...)
	}
	return out, nil
}

func (c *compound) readMini(head []byte) error {
	table, err := c.chain(binary.LittleEndian.Uint32(head[60:]), c.sectors)
	if err != nil {
		return err
	}
	c.miniFAT = numbers(table)
	if c.entries[0].start < lastSector && len(c.miniFAT) > 0 {
		c.mini, err = c.chain(c.entries[0].start, c.sectors)
	}
	return err
}

// stream reads a stream of at most limit bytes.
func (c *compound) stream(e directoryEntry, limit int64) ([]byte, error) {
	if e.size > uint64(limit) {
		return nil, ErrTooLarge
	}
	if e.size >= miniLimit {
		b, err := c.chain(e.start, c.sectors)
		if err != nil || uint64(len(b)) < e.size {
			return nil, ErrDamaged
		}
		return b[:e.size], nil
	}
	var out []byte
	for n := e.start; n < lastSector && uint64(len(out)) < e.size; n = c.miniFAT[n] {
		at := int64(n) * 64
		if int64(n) >= int64(len(c.miniFAT)) || at+64 > int64(len(c.mini)) {
			return nil, ErrDamaged
		}
		out = append(out, c.mini[at:at+64]...)
	}
	if uint64(len(out)) < e.size {
		return nil, ErrDamaged
	}
	return out[:e.size], nil
}
