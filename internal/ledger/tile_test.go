package ledger

import (
	"bytes"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"candour/internal/fault"
)

func TestPathsAreThoseOfTheSpecification(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]Tile{
		"tile/0/000":                               {0, 0, 256},
		"tile/0/x001/x234/067":                     {0, 1234067, 256},
		"tile/1/x001/x234/067.p/8":                 {1, 1234067, 8},
		"tile/63/000.p/255":                        {63, 0, 255},
		"tile/entries/273.p/112":                   {EntriesLevel, 273, 112},
		"tile/entries/x001/000":                    {EntriesLevel, 1000, 256},
		"tile/0/x009/x223/x372/x036/x854/x775/807": {0, 1<<63 - 1, 256},
	} {
		got, err := ParseTilePath(path)
		if err != nil || got != want {
			t.Errorf("%s is read as %+v, %v", path, got, err)
		}
		if want.Path() != path {
			t.Errorf("%+v has path %s; want %s", want, want.Path(), path)
		}
	}
	for _, path := range []string{
		"", "tile", "tile/", "tile/0", "tile/0/", "/tile/0/000", "tile/8/0/000", "tile/64/000", "tile/00/000", "tile/-1/000", "tile/data/000",
		"tile/0/0", "tile/0/1000", "tile/0/x000/000", "tile/0/x001", "tile/0/001/000", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/01",
		"tile/0/000.p/1.p/1", "tile/0/000.p/", "tile/0/+01", "tile/0/000/", "tile/0/x009/x223/x372/x036/x854/x775/808", "tile/0/../000", "checkpoint",
	} {
		_, err := ParseTilePath(path)
		if !fault.Is(err, fault.NotFound) {
			t.Errorf("%q is accepted: %v", path, err)
		}
	}
}

func FuzzParseTilePath(f *testing.F) {
	f.Add("tile/0/x001/x234/067.p/8")
	f.Add("tile/entries/000")
	f.Fuzz(func(t *testing.T, path string) {
		tile, err := ParseTilePath(path)
		if err != nil {
			return
		}
		if tile.Path() != path || tile.Width < 1 || tile.Width > TileWidth || tile.Index < 0 {
			t.Fatalf("%q is read as %+v, with path %q", path, tile, tile.Path())
		}
	})
}

// read gives the leaves of the log, as a store would.
func (l *testLog) read(from Position, count int) ([][]byte, error) {
	return l.leaves[from : int(from)+count], nil
}

func TestTheTreeOfSeventyThousandHasTheTilesOfTheSpecification(t *testing.T) {
	t.Parallel()
	// C2SP tlog-tiles: 273 full tiles and one of 112 at level 0, one full tile
	// and one of 17 at level 1, one of 1 at level 2; the same bundles as level 0.
	count := map[Tile]int{}
	for _, tile := range TilesBetween(0, 70_000) {
		if !tile.within(70_000) {
			t.Errorf("%s is not within the tree", tile.Path())
		}
		tile.Index = 0
		count[tile]++
	}
	want := map[Tile]int{
		{0, 0, 256}: 273, {0, 0, 112}: 1, {1, 0, 256}: 1, {1, 0, 17}: 1, {2, 0, 1}: 1,
		{EntriesLevel, 0, 256}: 273, {EntriesLevel, 0, 112}: 1,
	}
	if len(count) != len(want) {
		t.Errorf("got %v, want %v", count, want)
	}
	for tile, n := range want {
		if count[tile] != n {
			t.Errorf("%+v: %d tiles, want %d", tile, count[tile], n)
		}
	}
}

func TestProofsAreMadeFromTilesAlone(t *testing.T) {
	t.Parallel()
	l := newTestLog(t, 700)
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.Int64Range(1, 700).Draw(t, "size")
		f, err := NewFrontier(size, l.hashes)
		if err != nil {
			t.Fatal(err)
		}
		c := Checkpoint{Size: size, Root: f.Root()}
		served := TileHashes(c, func(tile Tile) ([]byte, error) {
			back, err := ParseTilePath(tile.Path())
			if err != nil || back != tile {
				t.Fatalf("%+v is read back as %+v", tile, back)
			}
			return ReadTile(tile, size, l.hashes, l.read)
		})
		position := Position(rapid.Int64Range(0, size-1).Draw(t, "position"))
		p, err := ProveInclusion(size, position, served)
		if err != nil {
			t.Fatal(err)
		}
		if err := VerifyInclusion(c, position, l.leaves[position], p); err != nil {
			t.Fatal(err)
		}
	})
}

func TestAChangedTileIsNoticed(t *testing.T) {
	t.Parallel()
	l := newTestLog(t, 700)
	c := l.checkpoint()
	served := TileHashes(c, func(tile Tile) ([]byte, error) {
		data, err := ReadTile(tile, c.Size, l.hashes, l.read)
		if err == nil && tile.Level == 0 && tile.Index == 0 {
			data[40] ^= 1
		}
		return data, err
	})
	if _, err := ProveInclusion(c.Size, 3, served); err == nil {
		t.Error("a changed tile is believed")
	}
	if _, err := TileHashes(Checkpoint{Root: emptyRoot}, nil).ReadHashes([]int64{0}); err == nil {
		t.Error("the empty log has a hash")
	}
}

func TestEveryLeafOfABundleHashesIntoItsTile(t *testing.T) {
	t.Parallel()
	l := newTestLog(t, 300)
	for _, tile := range TilesBetween(0, 300) {
		if tile.Level != EntriesLevel {
			continue
		}
		bundle, err := ReadTile(tile, 300, l.hashes, l.read)
		if err != nil {
			t.Fatal(err)
		}
		leaves, err := ParseEntryBundle(bundle)
		if err != nil || len(leaves) != tile.Width {
			t.Fatalf("%d leaves, %v", len(leaves), err)
		}
		tile.Level = 0
		hashes, err := ReadTile(tile, 300, l.hashes, l.read)
		if err != nil {
			t.Fatal(err)
		}
		for i, leaf := range leaves {
			if h := tlog.RecordHash(leaf); !bytes.Equal(h[:], hashes[32*i:32*i+32]) {
				t.Errorf("leaf %d of %s does not match its hash", i, tile.Path())
			}
		}
	}
}

func TestATileThatTheLogDoesNotHaveIsNotFound(t *testing.T) {
	t.Parallel()
	l := newTestLog(t, 300)
	for _, tile := range []Tile{
		{0, 2, 1},
		{0, 1, 45},
		{0, 1, 256},
		{1, 0, 2},
		{2, 0, 1},
		{8, 0, 1},
		{63, 0, 1},
		{-2, 0, 1},
		{0, -1, 1},
		{0, 0, 0},
		{0, 0, 257},
		{0, 1<<63 - 1, 256},
		{EntriesLevel, 1, 45},
	} {
		_, err := ReadTile(tile, 300, l.hashes, l.read)
		mustBe(t, err, fault.NotFound)
	}
	_, err := ReadTile(Tile{EntriesLevel, 0, 256}, 300, l.hashes, func(Position, int) ([][]byte, error) { return nil, nil })
	mustBe(t, err, fault.Internal)
	_, err = ReadTile(Tile{EntriesLevel, 0, 256}, 300, l.hashes, func(Position, int) ([][]byte, error) {
		return nil, fault.New(fault.Unavailable, "the store is away")
	})
	mustBe(t, err, fault.Unavailable)
	_, err = ReadTile(Tile{0, 0, 256}, 300, HashSlice{}, l.read)
	mustBe(t, err, fault.NotFound)
	_, err = EntryBundle([][]byte{make([]byte, MaxLeaf+1)})
	mustBe(t, err, fault.TooLarge)
}

func FuzzParseEntryBundle(f *testing.F) {
	f.Add([]byte{0, 1, 'a', 0, 0})
	f.Add([]byte{0, 2, 'a'})
	f.Add(make([]byte, 514))
	f.Fuzz(func(t *testing.T, data []byte) {
		leaves, err := ParseEntryBundle(data)
		if err != nil {
			mustBe(t, err, fault.Damaged)
			return
		}
		if back, err := EntryBundle(leaves); err != nil || !bytes.Equal(back, data) {
			t.Fatalf("%x is read as %x and written as %x, %v", data, leaves, back, err)
		}
	})
}
