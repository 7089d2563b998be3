package handler_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api/handler"
)

func TestKeysOfUsers(t *testing.T) {
	require.Equal(t, int64(42), handler.UserOfKey(handler.UserKey(42)))
	for _, key := range []string{"", "u", "u0", "u-1", "ux", "guest:u1", "42", "u99999999999999999999", "demo"} {
		require.Zero(t, handler.UserOfKey(key), key)
	}
}
