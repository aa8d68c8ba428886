package web

import (
	"net/http"
	"slices"

	"candour/internal/access"
	"candour/internal/fault"
	"candour/internal/ledger"
	"candour/internal/org"
)

// checkpointShow is the newest signed checkpoint, as C2SP tlog-tiles has it.
func (s *Server) checkpointShow(r *request) (answer, error) {
	text, err := s.store.Checkpoint(r.Context(), 0)
	if err != nil {
		return nil, err
	}
	if text == "" {
		return nil, fault.New(fault.NotFound, "the memory is empty, so there is no checkpoint")
	}
	return plain{http.StatusOK, text}, nil
}

// tileShow is a tile of hashes or a bundle of entries of C2SP tlog-tiles. Hashes
// tell nothing. A bundle holds what entries are about: it is given to those alone
// who may see the trail of every commissioner that it names.
func (s *Server) tileShow(r *request) (answer, error) {
	tile, err := ledger.ParseTilePath("tile/" + r.PathValue("path"))
	if err != nil {
		return nil, err
	}
	leaves := func(from ledger.Position, n int) ([][]byte, error) {
		list, err := s.store.Leaves(r.Context(), from, n)
		if err == nil {
			err = mayReadLeaves(r, list)
		}
		return list, err
	}
	body, err := ledger.ReadTile(tile, r.head+1, s.store.Hashes(r.Context()), leaves)
	if err != nil {
		return nil, err
	}
	d := &download{Type: "application/octet-stream", Write: func(w http.ResponseWriter) error {
		_, err := w.Write(body)
		return err
	}}
	if tile.Level != ledger.EntriesLevel {
		d.ETag = tile.Path() // a tile of one width never changes
	}
	return d, nil
}

// mayReadLeaves refuses a bundle that names a commissioner whose trail the viewer
// may not see.
func mayReadLeaves(r *request, leaves [][]byte) error {
	var seen []org.Code
	for _, leaf := range leaves {
		var e ledger.Entry
		if err := e.Unmarshal(leaf); err != nil {
			return err
		}
		tenant := org.Code(e.Tenant)
		if slices.Contains(seen, tenant) {
			continue
		}
		seen = append(seen, tenant)
		at := tenant
		if at == "" {
			at = r.tenant
		}
		if !access.Allows(r.viewer, at, access.SeeAudit, access.Resource{Tenant: at}) {
			return fault.New(fault.Refused, "this bundle holds entries whose trail you may not see; tiles of hashes are open to you")
		}
	}
	return nil
}
