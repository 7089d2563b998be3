package frontend_test

import (
	"bytes"
	"flag"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api"
	"github.com/pp-enter/pp-enter/frontend"
)

var update = flag.Bool("update", false, "write openapi.json anew from the server")

// TestOpenAPIDocument keeps openapi.json, from which the page's client is generated, equal to what the server
// serves. After a change: go test ./frontend/ -update, then npm run generate.
func TestOpenAPIDocument(t *testing.T) {
	served, err := api.Document("1")
	require.NoError(t, err)
	if *update {
		require.NoError(t, os.WriteFile("openapi.json", served, 0o644))
	}
	committed, err := os.ReadFile("openapi.json")
	require.NoError(t, err)
	require.True(t, bytes.Equal(served, committed),
		"openapi.json is stale: go test ./frontend/ -update, then npm run generate in frontend/")
}

// TestFiles holds in a clean clone too, where the page is not built yet.
func TestFiles(t *testing.T) {
	_, err := frontend.Files().Open(".")
	require.NoError(t, err)
}
