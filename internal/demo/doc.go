// Package demo makes a synthetic health economy: three commissioners, their support
// unit, some thirty providers of all types, more than forty indicators over
// forty-eight months, and about twenty thousand soft signals.
//
// Nothing is put into the store by a back door. The package writes files in the
// layouts that publishers and providers use, quirks included, and the program
// loads them as it would load anybody's. What is recorded beside them (accounts,
// agreements, contracts) is what an administrator would enter.
//
// Everything is drawn from one seed, and each figure from a stream of its own,
// named after what it is, so that a change of one story leaves all else alone.
// The same seed and day give the same bytes.
//
// All organisations, codes, events and words are invented. Codes begin with Z,
// which the Organisation Data Service has not given to any trust; those of
// commissioners begin with QZ.
package demo
