//go:build !race

package media_test

const shadow = 1
