package ort

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

var one = []int64{1}

func open(t testing.TB, cfg Config) *Runtime {
	t.Helper()
	r, err := Open(cfg)
	require.NoError(t, err, "is the library in bin/lib? `make models` puts it there")
	t.Cleanup(func() { require.NoError(t, r.Close()) })
	return r
}

// lonely links the library into a new folder, where no provider library lies beside it.
func lonely(t *testing.T) string {
	t.Helper()
	r := open(t, Config{Provider: CPU})
	require.NoError(t, r.Close())
	library := filepath.Join(t.TempDir(), libraryName)
	require.NoError(t, os.Symlink(r.Library(), library))
	return library
}

func TestOpenSaysWhatWasChosenAndWhy(t *testing.T) {
	library := lonely(t)
	var log bytes.Buffer
	r := open(t, Config{Library: library, Provider: Auto, Log: slog.New(slog.NewJSONHandler(&log, nil))})
	require.Equal(t, CPU, r.Provider())
	require.Contains(t, r.Why(), "libonnxruntime_providers_shared.so is not beside")
	require.NotEmpty(t, r.Version())
	require.Equal(t, 1, bytes.Count(log.Bytes(), []byte("\n")), log.String())
	for _, part := range []string{r.Library(), r.Version(), r.Provider(), r.Why()} {
		require.Contains(t, log.String(), part)
	}
}

func TestOpenErrorsHaveCodes(t *testing.T) {
	junk := filepath.Join(t.TempDir(), "libonnxruntime.so.1")
	require.NoError(t, os.WriteFile(junk, []byte("no library"), 0o600))
	for name, c := range map[string]struct {
		cfg  Config
		code Code
	}{
		"unknown provider": {Config{Provider: "tpu"}, CodeProviderUnknown},
		"no such file":     {Config{Library: junk + ".none"}, CodeLibraryNotFound},
		"not a library":    {Config{Library: junk}, CodeLibraryInvalid},
		"cuda forced":      {Config{Library: lonely(t), Provider: CUDA}, CodeProviderUnavailable},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Open(c.cfg)
			require.Equal(t, c.code, CodeOf(err), "%v", err)
			require.Zero(t, process.users, "nothing stays loaded")
		})
	}
	require.Empty(t, CodeOf(os.ErrNotExist))
}

func TestBrokenProviderLibrariesLeadToTheCPU(t *testing.T) {
	library := lonely(t)
	for _, name := range cudaLibraries {
		junk := filepath.Join(filepath.Dir(library), name)
		require.NoError(t, os.WriteFile(junk, []byte("no library"), 0o600))
	}
	_, err := Open(Config{Library: library, Provider: CUDA})
	require.Equal(t, CodeProviderUnavailable, CodeOf(err), "%v", err)

	auto := open(t, Config{Library: library, Provider: Auto})
	require.Equal(t, CPU, auto.Provider())
	require.Contains(t, auto.Why(), "append CUDA provider")
	s, err := auto.NewSession([]byte(probeModel), []Port{{"x", one}}, []Port{{"y", one}})
	require.NoError(t, err)
	require.NoError(t, s.Run())
	require.NoError(t, s.Close())
}

func TestRuntimesShareTheLibrary(t *testing.T) {
	a := open(t, Config{Provider: CPU})
	b := open(t, Config{Library: a.Library(), Provider: CPU})
	_, err := Open(Config{Library: "/elsewhere/libonnxruntime.so.1"})
	require.Equal(t, CodeLibraryOther, CodeOf(err))

	s, err := a.NewSession([]byte(probeModel), []Port{{"x", one}}, []Port{{"y", one}})
	require.NoError(t, err)
	require.NoError(t, a.Close())
	require.NoError(t, a.Close())
	require.NoError(t, b.Close())
	_, err = b.NewSession([]byte(probeModel), []Port{{"x", one}}, []Port{{"y", one}})
	require.Equal(t, CodeClosed, CodeOf(err))

	s.Input(0)[0] = 7
	require.NoError(t, s.Run(), "the session holds the library")
	require.Equal(t, []float32{7}, s.Output(0))
	require.NoError(t, s.Close())
	require.NoError(t, s.Close())
	require.Equal(t, CodeClosed, CodeOf(s.Run()))
	require.Zero(t, process.users)
}

func TestOpenAgainAfterTheLastClose(t *testing.T) {
	for range 5 {
		r, err := Open(Config{Provider: CPU})
		require.NoError(t, err)
		s, err := r.NewSession([]byte(probeModel), []Port{{"x", one}}, []Port{{"y", one}})
		require.NoError(t, err)
		s.Input(0)[0] = -1
		s.Output(0)[0] = -1
		require.NoError(t, s.Run())
		require.Zero(t, s.Output(0)[0])
		require.NoError(t, s.Close())
		require.NoError(t, r.Close())
	}
}

func TestNewSessionRefusesOtherModels(t *testing.T) {
	r := open(t, Config{Provider: CPU})
	x, y := Port{"x", one}, Port{"y", one}
	for name, c := range map[string]struct {
		model   string
		in, out []Port
		code    Code
		text    string
	}{
		"no bytes":       {"", []Port{x}, []Port{y}, CodeModelInvalid, "read model"},
		"garbage":        {"garbage", []Port{x}, []Port{y}, CodeModelInvalid, "read model"},
		"cut off":        {probeModel[:30], []Port{x}, []Port{y}, CodeModelInvalid, "read model"},
		"other input":    {probeModel, []Port{{"z", one}}, []Port{y}, CodeModelMismatch, `no input "z"`},
		"other output":   {probeModel, []Port{x}, []Port{{"z", one}}, CodeModelMismatch, `no output "z"`},
		"one input more": {probeModel, []Port{x, x}, []Port{y}, CodeModelMismatch, "model has inputs"},
		"no output":      {probeModel, []Port{x}, nil, CodeModelMismatch, "model has inputs"},
		"other size":     {probeModel, []Port{{"x", []int64{2}}}, []Port{y}, CodeModelMismatch, "float32 [2]"},
		"other rank":     {probeModel, []Port{x}, []Port{{"y", []int64{1, 1}}}, CodeModelMismatch, `output "y"`},
		"open size":      {probeModel, []Port{{"x", []int64{-1}}}, []Port{y}, CodeModelMismatch, `input "x"`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := r.NewSession([]byte(c.model), c.in, c.out)
			require.Equal(t, c.code, CodeOf(err), "%v", err)
			require.ErrorContains(t, err, c.text)
			require.Equal(t, 1, process.users, "only the runtime holds the library")
		})
	}
}

func TestRunTurnsAPanicIntoAnError(t *testing.T) {
	r := open(t, Config{Provider: CPU})
	s, err := r.NewSession([]byte(probeModel), []Port{{"x", one}}, []Port{{"y", one}})
	require.NoError(t, err)
	net := s.net
	s.net = nil
	require.Equal(t, CodeRun, CodeOf(s.run()))
	s.net = net
	require.NoError(t, s.Run())
	require.NoError(t, s.Close())
}

func TestRunAllocatesNothing(t *testing.T) {
	r := open(t, Config{Provider: CPU})
	s, err := r.NewSession([]byte(probeModel), []Port{{"x", one}}, []Port{{"y", one}})
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	require.Zero(t, testing.AllocsPerRun(200, func() {
		if err := s.Run(); err != nil {
			t.Error(err)
		}
	}))
}

func TestCheckoutIsThisModuleOnly(t *testing.T) {
	dir := t.TempDir()
	below := filepath.Join(dir, "a", "b")
	require.NoError(t, os.MkdirAll(below, 0o700))
	mod := filepath.Join(dir, "go.mod")
	require.NoError(t, os.WriteFile(mod, []byte("module example.org/other\n"), 0o600))
	_, ok := checkout(below)
	require.False(t, ok)
	require.NoError(t, os.WriteFile(mod, []byte("module "+modulePath+"\n\ngo 1.26.0\n"), 0o600))
	root, ok := checkout(below)
	require.True(t, ok)
	require.Equal(t, dir, root)
}
