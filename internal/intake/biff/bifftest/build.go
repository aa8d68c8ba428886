// Package bifftest builds small old workbooks for tests: a compound file
// ([MS-CFB]) with the streams given, and the records of a workbook. It is no
// writer of Excel files.
package bifftest

import (
	"bytes"
	"encoding/binary"
	"math"
	"unicode/utf16"
)

const sector = 512

// Stream is one stream of a compound file.
type Stream struct {
	Name string
	Data []byte
}

// Compound is a compound file with the streams in its root. Each stream is
// padded to 4,096 bytes, below which the format keeps them elsewhere.
func Compound(streams ...Stream) []byte {
	var body bytes.Buffer // sectors from 0: the FAT, the directory, the streams
	entries := 1 + len(streams)
	dirSectors := (entries + 3) / 4
	fatSectors, needed := 1, dirSectors
	for _, s := range streams {
		needed += (max(len(s.Data), 4096) + sector - 1) / sector
	}
	for fatSectors*sector/4 < fatSectors+needed {
		fatSectors++
	}
	var fat []uint32
	for range fatSectors {
		fat = append(fat, 0xFFFFFFFD)
	}
	for i := range dirSectors {
		fat = append(fat, next(len(fat), i == dirSectors-1))
	}
	type place struct{ start, size int }
	var places []place
	for _, s := range streams {
		size := max(len(s.Data), 4096)
		n := (size + sector - 1) / sector
		places = append(places, place{len(fat), size})
		for i := range n {
			fat = append(fat, next(len(fat), i == n-1))
		}
	}
	for len(fat) < fatSectors*sector/4 {
		fat = append(fat, 0xFFFFFFFF)
	}
	_ = binary.Write(&body, binary.LittleEndian, fat)
	dir := entry("Root Entry", 5, 1, 0xFFFFFFFE, 0)
	for i, s := range streams {
		right := 0xFFFFFFFF
		if i+1 < len(streams) {
			right = i + 2
		}
		e := entry(s.Name, 2, 0xFFFFFFFF, places[i].start, places[i].size)
		binary.LittleEndian.PutUint32(e[72:], uint32(right))
		dir = append(dir, e...)
	}
	body.Write(append(dir, make([]byte, dirSectors*sector-len(dir))...))
	for i, s := range streams {
		n := (places[i].size + sector - 1) / sector * sector
		body.Write(append(bytes.Clone(s.Data), make([]byte, n-len(s.Data))...))
	}
	return append(header(fatSectors), body.Bytes()...)
}

func next(at int, last bool) uint32 {
	if last {
		return 0xFFFFFFFE
	}
	return uint32(at + 1)
}

// header names at most 109 sectors of the FAT, enough for 7 MB.
func header(fatSectors int) []byte {
	h := make([]byte, sector)
	copy(h, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
	put16 := func(at int, v uint16) { binary.LittleEndian.PutUint16(h[at:], v) }
	put32 := func(at int, v uint32) { binary.LittleEndian.PutUint32(h[at:], v) }
	put16(24, 0x3E)
	put16(26, 3)
	put16(28, 0xFFFE)
	put16(30, 9)
	put16(32, 6)
	put32(44, uint32(fatSectors))
	put32(48, uint32(fatSectors)) // the directory comes after the FAT
	put32(56, 4096)               // smaller streams would be in the mini stream
	put32(60, 0xFFFFFFFE)
	put32(68, 0xFFFFFFFE)
	for at := 76; at < sector; at += 4 {
		if n := (at - 76) / 4; n < fatSectors {
			put32(at, uint32(n))
		} else {
			put32(at, 0xFFFFFFFF)
		}
	}
	return h
}

func entry(name string, kind byte, child, start, size int) []byte {
	e := make([]byte, 128)
	units := utf16.Encode([]rune(name))
	for i, u := range units {
		binary.LittleEndian.PutUint16(e[2*i:], u)
	}
	binary.LittleEndian.PutUint16(e[64:], uint16(2*len(units)+2))
	e[66], e[67] = kind, 1
	for at, v := range map[int]int{68: 0xFFFFFFFF, 72: 0xFFFFFFFF, 76: child, 116: start, 120: size} {
		binary.LittleEndian.PutUint32(e[at:], uint32(v))
	}
	return e
}

// Record is one record of a workbook.
func Record(kind uint16, body ...[]byte) []byte {
	b := bytes.Join(body, nil)
	out := binary.LittleEndian.AppendUint16(nil, kind)
	out = binary.LittleEndian.AppendUint16(out, uint16(len(b)))
	return append(out, b...)
}

// U16, U32 and F64 are little-endian bytes.
func U16(v ...uint16) (b []byte) {
	for _, x := range v {
		b = binary.LittleEndian.AppendUint16(b, x)
	}
	return b
}

// U32 is four bytes of each value.
func U32(v ...uint32) (b []byte) {
	for _, x := range v {
		b = binary.LittleEndian.AppendUint32(b, x)
	}
	return b
}

// F64 is the eight bytes of a number.
func F64(v float64) []byte { return binary.LittleEndian.AppendUint64(nil, math.Float64bits(v)) }

// Narrow is a string of single bytes with its two-byte length and flag.
func Narrow(s string) []byte { return append(append(U16(uint16(len(s))), 0), s...) }

// BOF is the record that begins the globals (5) or a sheet (0x10).
func BOF(kind uint16) []byte { return Record(0x0809, U16(0x0600, kind, 0, 0, 0, 0, 0, 0)) }

// EOF ends them.
func EOF() []byte { return Record(0x000A) }

// Workbook is a workbook with one sheet, the shared strings given, and the
// sheet's cell records.
func Workbook(sheet string, strings []string, cells ...[]byte) []byte {
	sst := append(U32(uint32(len(strings)), uint32(len(strings))), []byte{}...)
	for _, s := range strings {
		sst = append(sst, Narrow(s)...)
	}
	bound := func(at uint32) []byte {
		return Record(0x0085, U32(at), []byte{0, 0, byte(len(sheet)), 0}, []byte(sheet))
	}
	size := len(BOF(5)) + len(bound(0)) + len(Record(0x00FC, sst)) + len(EOF())
	out := bytes.Join([][]byte{BOF(5), bound(uint32(size)), Record(0x00FC, sst), EOF(), BOF(0x10)}, nil)
	return append(append(out, bytes.Join(cells, nil)...), EOF()...)
}
