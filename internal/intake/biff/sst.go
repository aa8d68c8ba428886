package biff

import (
	"encoding/binary"
	"unicode/utf16"
)

// parts reads the shared strings over the boundaries of CONTINUE records.
type parts struct {
	rest [][]byte
}

// take returns n bytes, joined over boundaries; false when there are not so many.
func (p *parts) take(n int) ([]byte, bool) {
	if len(p.rest) > 0 && len(p.rest[0]) >= n {
		b := p.rest[0][:n]
		p.rest[0] = p.rest[0][n:]
		return b, true
	}
	var out []byte
	for len(out) < n {
		if !p.more() {
			return nil, false
		}
		k := min(n-len(out), len(p.rest[0]))
		out = append(out, p.rest[0][:k]...)
		p.rest[0] = p.rest[0][k:]
	}
	return out, true
}

// more drops records that are used up and reports whether bytes are left.
func (p *parts) more() bool {
	for len(p.rest) > 0 && len(p.rest[0]) == 0 {
		p.rest = p.rest[1:]
	}
	return len(p.rest) > 0
}

// characters reads n characters. Where they go on in the next record, that
// record begins with a flag byte which says anew how wide they are.
func (p *parts) characters(n int, wide bool) (string, bool) {
	var units []uint16
	for len(units) < n {
		if len(p.rest) == 0 {
			return "", false
		}
		if len(p.rest[0]) == 0 {
			if !p.more() {
				return "", false
			}
			wide = p.rest[0][0]&1 != 0
			p.rest[0] = p.rest[0][1:]
			continue
		}
		b := p.rest[0]
		if wide {
			if len(b) < 2 {
				return "", false
			}
			units = append(units, binary.LittleEndian.Uint16(b))
			p.rest[0] = b[2:]
		} else {
			units = append(units, uint16(b[0]))
			p.rest[0] = b[1:]
		}
	}
	return string(utf16.Decode(units)), true
}

// sharedStrings reads the SST record ([MS-XLS] 2.4.265): two counts, then strings
// with a flag byte for wide, rich (formatting runs follow) and extended
// (phonetics follow).
func sharedStrings(records [][]byte) ([]string, error) {
	p := &parts{records}
	head, ok := p.take(8)
	if !ok {
		return nil, ErrDamaged
	}
	count := int(binary.LittleEndian.Uint32(head[4:]))
	var out []string
	for range count {
		if !p.more() {
			break
		}
		head, ok := p.take(3)
		if !ok {
			return nil, ErrDamaged
		}
		n, flags := int(binary.LittleEndian.Uint16(head)), head[2]
		skip := 0
		if flags&8 != 0 {
			b, ok := p.take(2)
			if !ok {
				return nil, ErrDamaged
			}
			skip += 4 * int(binary.LittleEndian.Uint16(b))
		}
		if flags&4 != 0 {
			b, ok := p.take(4)
			if !ok {
				return nil, ErrDamaged
			}
			skip += int(binary.LittleEndian.Uint32(b))
		}
		text, ok := p.characters(n, flags&1 != 0)
		if !ok {
			return nil, ErrDamaged
		}
		if skip < 0 || skip > 1<<24 {
			return nil, ErrDamaged
		}
		if _, ok := p.take(skip); !ok {
			return nil, ErrDamaged
		}
		out = append(out, text)
	}
	return out, nil
}
