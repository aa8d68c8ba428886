package web

import (
	"candour/internal/org"
)

// How organisations are called on pages.
var (
	nameOf    = org.Organisation.Called
	shortName = org.Short
)
