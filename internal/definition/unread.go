package definition

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// Folders is what an installation may lay over the definitions that come with Candour.
var Folders = []string{"indicators", "sources", "taxonomies", "clocks", "channels"}

// Unread names what lies in an installation's own folder and looks like definitions that
// nothing reads: a folder of another name, a file of another ending, one a folder deeper.
// Passed over in silence, a measure would never be judged, and its rows wait for ever. What is hidden
// (.git) and what is plainly no definition (a README) is nobody's concern.
func Unread(own fs.FS) (wrong []string, err error) {
	list, err := fs.ReadDir(own, ".")
	if err != nil {
		return nil, fmt.Errorf("list the folder of definitions: %w", err)
	}
	for _, e := range list {
		switch name := e.Name(); {
		case strings.HasPrefix(name, "."):
		case slices.Contains(Folders, name):
			more, err := unreadIn(own, name)
			if err != nil {
				return nil, err
			}
			wrong = append(wrong, more...)
		case e.IsDir():
			wrong = append(wrong, fmt.Sprintf("nothing reads the folder %s: definitions lie in %s", name, strings.Join(Folders, ", ")))
		case looksDefined(name):
			wrong = append(wrong, fmt.Sprintf("nothing reads the file %s: put it into one of the folders %s", name, strings.Join(Folders, ", ")))
		}
	}
	return wrong, nil
}

func unreadIn(own fs.FS, folder string) (wrong []string, err error) {
	list, err := fs.ReadDir(own, folder)
	if err != nil {
		return []string{fmt.Sprintf("%s is a file: it must be a folder of definitions", folder)}, nil //nolint:nilerr // that is what is wrong
	}
	for _, e := range list {
		switch name := path.Join(folder, e.Name()); {
		case strings.HasPrefix(e.Name(), "."):
		case e.IsDir():
			wrong = append(wrong, fmt.Sprintf("nothing reads the folder %s: put its files into %s", name, folder))
		case looksDefined(name) && path.Ext(name) != ".yaml":
			wrong = append(wrong, fmt.Sprintf("nothing reads the file %s: its name must end in .yaml", name))
		}
	}
	return wrong, nil
}

// looksDefined reports whether a file's ending is one of YAML.
func looksDefined(name string) bool {
	return slices.Contains([]string{".yaml", ".yml"}, strings.ToLower(path.Ext(name)))
}
