package ledger

import (
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"candour/internal/fault"
)

const (
	// tileHeight is that of C2SP tlog-tiles: a full tile has 2⁸ hashes.
	tileHeight = 8

	// TileWidth is the number of hashes of a full tile and of leaves in a full
	// entry bundle.
	TileWidth = 1 << tileHeight

	// EntriesLevel is the Level of an entry bundle, which holds leaves.
	EntriesLevel = -1

	// CheckpointPath is where the layout has the signed checkpoint.
	CheckpointPath = "checkpoint"

	maxTileLevel = 63 // C2SP tlog-tiles; a log of 2⁶³ entries needs no more than 7
	topTileLevel = 7
)

// Tile names a resource of the C2SP tlog-tiles layout: a run of hashes at one
// level of the tree, or a bundle of entries. Unlike the tiles of x/mod, its path
// does not contain the height, which is always 8.
type Tile struct {
	Level int   // 0 for leaf hashes, each level above 8 higher in the tree; EntriesLevel for entries
	Index int64 // number within the level, from 0
	Width int   // hashes or entries: 256, or 1 to 255 for a partial tile
}

// Path is where the tile is served: tile/<level>/<index>[.p/<width>], with
// "entries" as the level of a bundle. The index is in groups of three digits, all
// but the last begun by "x": tile/0/x001/x234/067.
func (t Tile) Path() string {
	level := "entries"
	if t.Level != EntriesLevel {
		level = strconv.Itoa(t.Level)
	}
	number := fmt.Sprintf("%03d", t.Index%1000)
	for n := t.Index / 1000; n > 0; n /= 1000 {
		number = fmt.Sprintf("x%03d/%s", n%1000, number)
	}
	path := "tile/" + level + "/" + number
	if t.Width != TileWidth {
		path += ".p/" + strconv.Itoa(t.Width)
	}
	return path
}

// ParseTilePath reads the path of a tile or bundle, without leading slash. Every
// tile has exactly one path; any other spelling is refused as not found.
func ParseTilePath(path string) (Tile, error) {
	bad := fault.New(fault.NotFound, "no tile is at this path")
	rest, ok := strings.CutPrefix(path, "tile/")
	levelText, rest, more := strings.Cut(rest, "/")
	if !ok || !more || len(path) > 100 {
		return Tile{}, bad
	}
	t := Tile{Level: EntriesLevel, Width: TileWidth}
	var err error
	if levelText != "entries" {
		if t.Level, err = strconv.Atoi(levelText); err != nil || t.Level < 0 || t.Level > maxTileLevel {
			return Tile{}, bad
		}
	}
	number, width, partial := strings.Cut(rest, ".p/")
	if partial {
		if t.Width, err = strconv.Atoi(width); err != nil || t.Width < 1 || t.Width >= TileWidth {
			return Tile{}, bad
		}
	}
	groups := strings.Split(number, "/")
	if len(groups) > 7 { // 3·7 digits hold every 64-bit index
		return Tile{}, bad
	}
	for _, group := range groups {
		n, err := strconv.ParseUint(strings.TrimPrefix(group, "x"), 10, 16)
		if err != nil || n > 999 || t.Index > (1<<63-1-int64(n))/1000 {
			return Tile{}, bad
		}
		t.Index = t.Index*1000 + int64(n)
	}
	if t.Path() != path {
		return Tile{}, bad
	}
	return t, nil
}

// within reports whether a tree of size entries has all of the tile.
func (t Tile) within(size int64) bool {
	if t.Width < 1 || t.Width > TileWidth || t.Index < 0 || t.Level < EntriesLevel || t.Level > topTileLevel {
		return false
	}
	have := size >> (tileHeight * max(t.Level, 0)) // hashes at this level
	if t.Index > have/TileWidth {
		return false
	}
	return t.Index*TileWidth+int64(t.Width) <= have
}

// TilesBetween lists the tiles and bundles of a tree of size newer that the tree
// of size older does not have: those to be written when exporting a log.
func TilesBetween(older, newer int64) []Tile {
	var out []Tile
	for _, t := range tlog.NewTiles(tileHeight, older, newer) {
		tile := Tile{Level: t.L, Index: t.N, Width: t.W}
		out = append(out, tile)
		if t.L == 0 {
			tile.Level = EntriesLevel
			out = append(out, tile)
		}
	}
	return out
}

// Leaves reads count leaves from a position on, in order. It answers with
// exactly count leaves or an error.
type Leaves func(from Position, count int) ([][]byte, error)

// ReadTile gives the bytes of tile t of the log of size entries: its hashes, 32
// bytes each, or the bundle of its leaves. A tile that the log does not have (or
// not yet at that width) is not found.
func ReadTile(t Tile, size int64, hashes tlog.HashReader, leaves Leaves) ([]byte, error) {
	if !t.within(size) {
		return nil, fault.New(fault.NotFound, "the log of %d entries has no tile %s", size, t.Path())
	}
	if t.Level == EntriesLevel {
		read, err := leaves(Position(t.Index*TileWidth), t.Width)
		if err != nil {
			return nil, err
		}
		if len(read) != t.Width {
			return nil, fault.New(fault.Internal, "%d leaves were asked for and %d given", t.Width, len(read))
		}
		return EntryBundle(read)
	}
	data, err := tlog.ReadTileData(tlog.Tile{H: tileHeight, L: t.Level, N: t.Index, W: t.Width}, hashes)
	if err != nil {
		return nil, fault.Wrap(fault.KindOf(err), err, "read tile %s", t.Path())
	}
	return data, nil
}

// EntryBundle joins leaves, each after its length in 2 bytes, big-endian.
func EntryBundle(leaves [][]byte) ([]byte, error) {
	var out []byte
	for _, leaf := range leaves {
		if err := validateLeaf(leaf); err != nil {
			return nil, err
		}
		out = appendText(out, string(leaf))
	}
	return out, nil
}

// ParseEntryBundle splits a bundle into its leaves; at most [TileWidth].
func ParseEntryBundle(data []byte) ([][]byte, error) {
	var leaves [][]byte
	for len(data) > 0 {
		leaf, rest, err := cutText(data)
		if err != nil {
			return nil, fault.Wrap(fault.Damaged, err, "read entry %d of the bundle", len(leaves))
		}
		if leaves = append(leaves, []byte(leaf)); len(leaves) > TileWidth {
			return nil, fault.New(fault.Damaged, "the bundle has more than %d entries", TileWidth)
		}
		data = rest
	}
	return leaves, nil
}

// TileHashes reads hashes from the tiles of the log of c, as a pack or another
// installation gives them, and checks each tile against c's root before it
// trusts it. fetch gives the bytes of a tile by its [Tile.Path].
func TileHashes(c Checkpoint, fetch func(Tile) ([]byte, error)) tlog.HashReader {
	if c.Size == 0 {
		return HashSlice(nil) // x/mod's reader expects a tile at least
	}
	return tlog.TileHashReader(tlog.Tree{N: c.Size, Hash: c.Root}, tileFetcher(fetch))
}

// tileFetcher fits a fetch function to what x/mod asks of a tile reader.
type tileFetcher func(Tile) ([]byte, error)

func (tileFetcher) Height() int { return tileHeight }

func (f tileFetcher) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	out := make([][]byte, len(tiles))
	for i, t := range tiles {
		data, err := f(Tile{Level: t.L, Index: t.N, Width: t.W})
		if err != nil {
			return nil, err
		}
		out[i] = data
	}
	return out, nil
}

// SaveTiles keeps nothing: whoever fetches may cache, by path.
func (tileFetcher) SaveTiles([]tlog.Tile, [][]byte) {}
