//go:build race

package media_test

// shadow is how much more memory everything takes under the race detector.
const shadow = 5
