package store

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"

	"candour/internal/fault"
)

// A backup ends with a line that holds the SHA-256 of all before it, so that not one
// changed bit goes into a store: the memory and the archive have hashes of their own,
// the tables that pages read have not. SQLite passes over what follows its last page.
const sealForm = "\ncandour backup sha256 %x\n"

// sealSize is the length of that line in bytes.
var sealSize = int64(len(fmt.Sprintf(sealForm, [sha256.Size]byte{})))

// sealBackup writes the seal at the end of a finished backup.
func sealBackup(file string) error {
	f, err := os.OpenFile(file, os.O_RDWR, 0)
	if err != nil {
		return fault.Wrap(fault.Unavailable, err, "seal the backup")
	}
	hash := sha256.New()
	_, err = io.Copy(hash, f)
	if err == nil {
		_, err = fmt.Fprintf(f, sealForm, hash.Sum(nil))
	}
	if err == nil {
		err = f.Sync()
	}
	return fault.Wrap(fault.Unavailable, errors.Join(err, f.Close()), "seal the backup")
}

// unsealBackup copies what is in a sealed backup to a temporary file in a folder, and
// returns its name: the backup itself is only read, so it may lie where nothing can be
// written. The caller removes the copy.
func unsealBackup(file, dir string) (name string, err error) {
	from, err := os.Open(file)
	if err != nil {
		return "", fault.Wrap(fault.NotFound, err, "open the backup")
	}
	defer from.Close() //nolint:errcheck // it was only read
	info, err := from.Stat()
	if err != nil {
		return "", fault.Wrap(fault.Unavailable, err, "open the backup")
	}
	size := info.Size() - sealSize
	seal := make([]byte, max(0, min(sealSize, info.Size())))
	if _, err := from.ReadAt(seal, max(0, size)); err != nil && !errors.Is(err, io.EOF) {
		return "", fault.Wrap(fault.Unavailable, err, "read the backup")
	}
	var sum []byte
	if n, err := fmt.Sscanf(string(seal), sealForm, &sum); n != 1 || err != nil {
		return "", fault.New(fault.Damaged, "%s is not a whole backup of Candour: it does not end as one does; take another copy of it, or an earlier backup", file)
	}
	to, err := os.CreateTemp(dir, "candour-restore-*")
	if err != nil {
		return "", fault.Wrap(fault.Unavailable, err, "make room for the backup")
	}
	hash := sha256.New()
	_, err = io.Copy(io.MultiWriter(to, hash), io.LimitReader(from, size))
	if err = errors.Join(err, to.Close()); err != nil {
		err = fault.Wrap(fault.Unavailable, err, "copy the backup")
	} else if got := hash.Sum(nil); string(got) != string(sum) {
		err = fault.New(fault.Damaged, "%s was changed since it was written: found hash %s, expected %s; take another copy of it, or an earlier backup", file, hex.EncodeToString(got), hex.EncodeToString(sum))
	}
	if err != nil {
		return "", errors.Join(err, os.Remove(to.Name()))
	}
	return to.Name(), nil
}
