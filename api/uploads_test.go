package api

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api/handler"
	"github.com/pp-enter/pp-enter/api/social"
)

func TestUploadGate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		u := newUploads(6, 100)
		enter := func(account int64) (func(), error) { return u.pass(t.Context(), account, time.Now()) }
		var leave []func()
		for range uploadsEach {
			out, err := enter(1)
			require.NoError(t, err)
			leave = append(leave, out)
		}
		_, err := enter(1)
		p, ok := handler.ProblemOf(err)
		require.True(t, ok)
		require.Equal(t, 429, p.Status)
		require.Equal(t, "2", p.GetHeaders().Get("Retry-After"), "too many at a time")
		for account := int64(2); len(leave) < uploadsAtOnce; account++ {
			out, err := enter(account)
			require.NoError(t, err)
			leave = append(leave, out)
		}
		began := time.Now()
		_, err = enter(99)
		require.ErrorIs(t, err, social.ErrBusy)
		require.Equal(t, uploadWait, time.Since(began))
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		_, err = u.pass(gone, 99, time.Now())
		require.Error(t, err)
		for _, out := range leave {
			out()
		}
		for range 2 {
			out, err := enter(1)
			require.NoError(t, err, "others have left")
			out()
		}
		time.Sleep(time.Minute)
		for range 6 {
			out, err := enter(1)
			require.NoError(t, err)
			out()
		}
		_, err = enter(1)
		p, ok = handler.ProblemOf(err)
		require.True(t, ok)
		require.Equal(t, "10", p.GetHeaders().Get("Retry-After"), "six in a minute")
		time.Sleep(time.Minute)
		for account := int64(100); len(u.accounts) < maxUploaders; account++ {
			u.accounts[account] = &uploader{bucket: u.accounts[1].bucket}
		}
		out, err := enter(99_999_999)
		require.NoError(t, err)
		out()
		require.Len(t, u.accounts, 1, "who may do all again is forgotten")
	})
}
