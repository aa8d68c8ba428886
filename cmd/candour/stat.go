package main

// StatCmd holds the analysts' filters: each reads CSV on standard input and
// writes CSV on standard output, with the numbers that the pages use.
type StatCmd struct{}
