package auth

import (
	"context"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/alexedwards/argon2id"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"

	"github.com/pp-enter/pp-enter/api/social"
)

// cheap makes hashing quick where its cost is not the point.
func cheap() PasswordsConfig {
	return PasswordsConfig{MemoryKiB: 64, Iterations: 1, Concurrency: 1, Waiting: 1}
}

func TestPasswords(t *testing.T) {
	p, err := NewPasswords(cheap())
	require.NoError(t, err)
	hash, err := p.Hash(t.Context(), "한글 비밀번호")
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(hash, "$argon2id$v=19$m=64,t=1,p=1$"), hash)
	again, err := p.Hash(t.Context(), "한글 비밀번호")
	require.NoError(t, err)
	require.NotEqual(t, hash, again, "salted")

	for password, want := range map[string]bool{
		"한글 비밀번호": true, norm.NFD.String("한글 비밀번호"): true, // the second in letters
		"한글 비밀번호 ": false, "": false, "nobody's password": false,
	} {
		ok, stale, err := p.Verify(t.Context(), password, hash)
		require.NoError(t, err)
		require.Equal(t, want, ok, password)
		require.False(t, stale)
	}
	ok, _, err := p.Verify(t.Context(), "nobody's password", "")
	require.NoError(t, err)
	require.False(t, ok, "an account that does not exist has no password")
	_, _, err = p.Verify(t.Context(), "x", "$argon2id$broken")
	require.Error(t, err)

	dearer := cheap()
	dearer.Iterations = 2
	p2, err := NewPasswords(dearer)
	require.NoError(t, err)
	ok, stale, err := p2.Verify(t.Context(), "한글 비밀번호", hash)
	require.NoError(t, err)
	require.True(t, ok)
	require.True(t, stale, "a hash of cheaper days is to be made anew")
	_, err = NewPasswords(PasswordsConfig{})
	require.Error(t, err)
}

// An unknown account must cost what a known one costs.
func TestUnknownAccountsCostTheSame(t *testing.T) {
	p, err := NewPasswords(cheap())
	require.NoError(t, err)
	params, _, _, err := argon2id.DecodeHash(p.nobody)
	require.NoError(t, err)
	require.Equal(t, p.params, *params)
	require.Equal(t, uint32(19<<10), uint32(DefaultPasswordsConfig().MemoryKiB))
}

func TestHashingIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, err := NewPasswords(cheap())
		require.NoError(t, err)
		p.slots <- struct{}{} // somebody hashes
		p.waiting.Add(1)

		waiting := make(chan error, 1)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		go func() { // one may wait
			_, err := p.Hash(ctx, "password of one")
			waiting <- err
		}()
		synctest.Wait()
		_, err = p.Hash(t.Context(), "password of another")
		require.ErrorIs(t, err, social.ErrBusy)
		require.ErrorIs(t, <-waiting, context.DeadlineExceeded)

		p.leave()
		_, err = p.Hash(t.Context(), "password of a third")
		require.NoError(t, err)
		require.Zero(t, p.waiting.Load())
	})
}

func TestPolicy(t *testing.T) {
	p := NewPolicy()
	require.Greater(t, len(p.common), 500)
	for _, good := range []string{
		"correct horse", "나는 아침에 커피를 마신다", strings.Repeat("가나다라", 32), "x9#kL2mQ", "testimony of a friend",
		"Tr0ub4dor&3x",
	} {
		require.NoError(t, p.Check(good, "ada", "ada@example.org"), good)
	}
	for _, bad := range []string{"", "short", "일곱글자입니다", strings.Repeat("ab", 64) + "c", "\xff\xfe12345678"} {
		require.ErrorIs(t, p.Check(bad), social.ErrPasswordLength, "%q", bad)
	}
	for _, bad := range []string{
		"password", "PassWord1!", "p@ssw0rd123", "12345678", "87654321", "abcdefgh", "aaaaaaaaaa", "abababab",
		"qwertyuiop", "iloveyou2", "Sunshine2024", "qlalfqjsgh", "안녕하세요1234", "ＰＡＳＳＷＯＲＤ",
		"adalovelace", "Adalovelace99", "ada.lovelace@example.org", "ada.lovelace",
	} {
		err := p.Check(bad, "AdaLovelace", "ada.lovelace@example.org", "")
		require.ErrorIs(t, err, social.ErrPasswordCommon, "%q", bad)
	}
}

func TestThrottle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		throttle := NewThrottle(ThrottleConfig{PerPair: 3, PerAddress: 6, PerAccount: 5, RefillEvery: time.Minute})
		try := func(account, address string) time.Duration {
			_, wait := throttle.Try(account, address)
			return wait
		}
		for range 3 {
			require.Zero(t, try("Ada", "192.0.2.1"))
		}
		require.Equal(t, time.Minute, try(" ada ", "192.0.2.1"), "case and blanks make no other account")
		require.Zero(t, try("bob", "192.0.2.1"), "another account from there")
		for range 2 {
			require.Zero(t, try("ada", "2001:db8::1"), "the owner elsewhere")
		}
		require.Equal(t, 36*time.Second, try("ada", "198.51.100.1"), "from everywhere is enough")
		require.Zero(t, try("eve", "192.0.2.1"))
		require.Zero(t, try("eve", "192.0.2.1"))
		require.Equal(t, 30*time.Second, try("zoe", "192.0.2.1"), "too many accounts from one address")
		require.Zero(t, try("zoe", "192.0.2.2"))

		time.Sleep(time.Minute)
		require.Zero(t, try("ada", "192.0.2.1"), "one more came")
		time.Sleep(3 * time.Minute)
		for range 3 {
			require.Zero(t, try("ada", "192.0.2.1"), "all are back, and not more")
		}
		require.Positive(t, try("ada", "192.0.2.1"))
	})
}

func TestSuccessForgives(t *testing.T) {
	throttle := NewThrottle(ThrottleConfig{PerPair: 2, PerAddress: 4, PerAccount: 4, RefillEvery: time.Hour})
	for range 50 { // right passwords may be typed as often as one likes
		_, wait := throttle.Try("ada", "192.0.2.1")
		require.Zero(t, wait)
		attempt, wait := throttle.Try("ada", "192.0.2.1")
		require.Zero(t, wait)
		attempt.Succeeded()
		throttle.accounts.forget(attempt.account)
		throttle.addresses.forget(attempt.address)
	}
	attempt, _ := throttle.Try("bob", "192.0.2.9")
	attempt.Succeeded()
	require.Empty(t, throttle.pairs.kept)
	require.Empty(t, throttle.addresses.kept, "nothing is remembered of who never failed")
}

func TestThrottleIsBounded(t *testing.T) {
	throttle := NewThrottle(ThrottleConfig{
		PerPair: 2, PerAddress: 1000, PerAccount: 2, RefillEvery: time.Hour, MaxRemembers: 10,
	})
	for i := range 100 {
		throttle.Try(strings.Repeat("a", i), "192.0.2.1")
	}
	require.LessOrEqual(t, len(throttle.pairs.kept), 10)
	require.LessOrEqual(t, len(throttle.accounts.kept), 10)
}

func TestOneAddress(t *testing.T) {
	for in, want := range map[string]string{
		"198.51.100.1":        "198.51.100.1/32",
		"::ffff:198.51.100.1": "198.51.100.1/32",
		"2001:db8:1:2:3::4":   "2001:db8:1:2::/64",
		"fe80::1%eth0":        "fe80::/64",
	} {
		require.Equal(t, netip.MustParsePrefix(want), NetworkOf(in), in)
	}
	require.Equal(t, netip.Prefix{}, NetworkOf("nonsense"))
}
