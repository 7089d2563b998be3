package configs

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"
)

func TestDefaultsAreValid(t *testing.T) {
	cfg := Default()
	require.NoError(t, cfg.Validate())
	require.True(t, cfg.MoodAllowed())
}

// The shipped file must say exactly what the code does: same keys, same values.
func TestDefaultYAMLEqualsTheDefaults(t *testing.T) {
	data, err := os.ReadFile("default.yaml")
	require.NoError(t, err)
	var cfg Config
	require.NoError(t, Parse(data, &cfg))
	want := Default()
	normalise(&cfg)
	normalise(&want)
	require.Equal(t, want, cfg)
}

// normalise makes empty lists equal to missing ones.
func normalise(cfg *Config) {
	walk(cfg, func(_, _ string, v reflect.Value) {
		if v.Kind() == reflect.Slice && v.Len() == 0 {
			v.SetZero()
		}
	})
}

func TestDefaultYAMLDocumentsEveryKey(t *testing.T) {
	data, err := os.ReadFile("default.yaml")
	require.NoError(t, err)
	var doc yaml.Node
	require.NoError(t, yaml.Unmarshal(data, &doc))
	comments := map[string]string{}
	collectComments(doc.Content[0], "", comments)
	cfg := Default()
	keys := 0
	walk(&cfg, func(key, _ string, _ reflect.Value) {
		keys++
		comment, present := comments[key]
		require.True(t, present, "%s is missing", key)
		require.NotEmpty(t, comment, "%s has no comment", key)
	})
	require.Len(t, comments, keys, "default.yaml has keys that the struct lacks")
}

func collectComments(n *yaml.Node, prefix string, into map[string]string) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if value.Kind == yaml.MappingNode {
			collectComments(value, prefix+key.Value+".", into)
			continue
		}
		into[prefix+key.Value] = strings.TrimSpace(key.HeadComment)
	}
}

func TestEveryKeyIsAVariable(t *testing.T) {
	for _, name := range []string{
		"PPENTER_HTTP_ADDR", "PPENTER_ADMIN_ADDR", "PPENTER_DATA_DIR", "PPENTER_DATABASE_URL", "PPENTER_BLOB_URL",
		"PPENTER_RTC_UDP_PORT", "PPENTER_INFERENCE_PROVIDER", "PPENTER_INFERENCE_LIBRARY", "PPENTER_PROFILE",
	} {
		require.Contains(t, Variables(), name)
	}
	cfg := Default()
	walk(&cfg, func(key, env string, v reflect.Value) {
		sample := map[reflect.Kind]string{
			reflect.String: "x", reflect.Bool: "true", reflect.Int: "7", reflect.Float64: "1.5",
			reflect.Slice: "a, b,",
		}[v.Kind()]
		if v.Type() == reflect.TypeFor[time.Duration]() {
			sample = "3s"
		}
		var got Config
		unknown, err := applyEnv(&got, []string{env + "=" + sample})
		require.NoError(t, err, key)
		require.Empty(t, unknown, key)
		set := 0
		walk(&got, func(k, _ string, v reflect.Value) {
			if !v.IsZero() {
				require.Equal(t, key, k)
				set++
			}
		})
		require.Equal(t, 1, set, key)
	})
}

func TestEnvironmentWinsOverTheFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "c.yaml")
	text := "http: {addr: ':1'}\nrooms: {idle: 3h}\nprofile: work\n"
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	cfg, unknown, err := Load(file, []string{
		"PPENTER_HTTP_ADDR=:2", "PPENTER_HTTP_ORIGINS=https://a.example, https://b.example",
		"PPENTER_RTC_UDP_PORT=",
		"PPENTER_NO_SUCH_KEY=1", "HOME=/x", "PPENTER_RTC_H264=true", "PPENTER_FILTER_MATTE_HZ=15",
	})
	require.NoError(t, err)
	require.Equal(t, []string{"PPENTER_NO_SUCH_KEY"}, unknown)
	require.Equal(t, ":2", cfg.HTTP.Addr)
	require.Equal(t, 3*time.Hour, cfg.Rooms.Idle)
	require.Equal(t, []string{"https://a.example", "https://b.example"}, cfg.HTTP.Origins)
	require.Equal(t, Default().RTC.UDPPort, cfg.RTC.UDPPort, "an empty variable counts as not set")
	require.True(t, cfg.RTC.H264)
	require.InDelta(t, 15, cfg.Filter.MatteHz, 0)
	require.False(t, cfg.MoodAllowed())
}

func TestBadInputIsRefused(t *testing.T) {
	for name, c := range map[string]struct{ yaml, env, want string }{
		"unknown key":     {yaml: "http: {adr: ':1'}", want: "adr"},
		"unknown section": {yaml: "htp: {addr: ':1'}", want: "htp"},
		"key twice":       {yaml: "data: {dir: a, dir: b}", want: "already defined"},
		"two documents":   {yaml: "profile: work\n---\nprofile: default", want: "more than one"},
		"wrong type":      {yaml: "rtc: {udp_port: many}", want: "many"},
		"bad number":      {env: "PPENTER_RTC_UDP_PORT=x", want: "PPENTER_RTC_UDP_PORT"},
		"bad bool":        {env: "PPENTER_RTC_H264=maybe", want: "PPENTER_RTC_H264"},
		"bad duration":    {env: "PPENTER_ROOMS_IDLE=5", want: "PPENTER_ROOMS_IDLE"},
		"bad float":       {env: "PPENTER_FILTER_MATTE_HZ=x", want: "PPENTER_FILTER_MATTE_HZ"},
		"profile":         {env: "PPENTER_PROFILE=school", want: "profile must be one of"},
		"port":            {env: "PPENTER_RTC_UDP_PORT=70000", want: "rtc.udp_port"},
		"address":         {env: "PPENTER_HTTP_ADDR=8080", want: "http.addr"},
		"half a pair":     {env: "PPENTER_HTTP_TLS_CERT=a.pem", want: "http.tls_key"},
		"proxy":           {env: "PPENTER_HTTP_TRUSTED_PROXIES=10.0.0.1", want: "http.trusted_proxies"},
		"origin":          {env: "PPENTER_HTTP_ORIGINS=call.example", want: "http.origins"},
		"provider":        {env: "PPENTER_INFERENCE_PROVIDER=tpu", want: "inference.provider"},
		"public ip":       {env: "PPENTER_RTC_PUBLIC_IPS=here", want: "rtc.public_ips"},
		"bitrates":        {env: "PPENTER_RTC_MAX_BITRATE=100000", want: "rtc.max_bitrate"},
		"turn secret":     {env: "PPENTER_TURN_SECRET=secret", want: "turn.secret"},
		"turn peers":      {env: "PPENTER_TURN_ALLOW_PEERS=10.0.0.5", want: "turn.allow_peers"},
		"turn half":       {env: "PPENTER_TURN_ADDR=:3478", want: "turn.public_ip"},
		"turn range":      {env: "PPENTER_TURN_RELAY_MAX_PORT=2", want: "turn.relay_max_port"},
		"matte":           {env: "PPENTER_FILTER_MATTE_HZ=NaN", want: "filter.matte_hz"},
		"database":        {env: "PPENTER_DATABASE_URL=mysql://u:secret@h/d", want: "database.url"},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "c.yaml")
			require.NoError(t, os.WriteFile(file, []byte(c.yaml), 0o600))
			_, _, err := Load(file, []string{c.env})
			require.ErrorContains(t, err, c.want)
			require.NotContains(t, err.Error(), "secret@")
		})
	}
	_, _, err := Load(filepath.Join(t.TempDir(), "absent.yaml"), nil)
	require.ErrorIs(t, err, os.ErrNotExist)
}
