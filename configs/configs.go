// Package configs is the server's configuration: one typed struct whose defaults stand in one literal, filled
// from a strict YAML file and then from the environment. Every key is also an environment variable, PPENTER_
// + section + key (http.addr is PPENTER_HTTP_ADDR), and the names are derived from the struct. default.yaml
// beside this file documents every key.
package configs

import "time"

// Profile decides what the server may do with faces.
type Profile string

// The profiles. Under ProfileWork nobody's mood is ever read, consent or not: the law of the European Union
// forbids it at work and at school.
const (
	ProfileDefault Profile = "default"
	ProfileWork    Profile = "work"
)

// Config is everything that an operator can choose.
type Config struct {
	Profile   Profile   `yaml:"profile"`
	Log       Log       `yaml:"log"`
	HTTP      HTTP      `yaml:"http"`
	Admin     Admin     `yaml:"admin"`
	Data      Data      `yaml:"data"`
	Database  Database  `yaml:"database"`
	Blob      Blob      `yaml:"blob"`
	Auth      Auth      `yaml:"auth"`
	Rooms     Rooms     `yaml:"rooms"`
	Demo      Demo      `yaml:"demo"`
	RTC       RTC       `yaml:"rtc"`
	TURN      TURN      `yaml:"turn"`
	Encoder   Encoder   `yaml:"encoder"`
	Filter    Filter    `yaml:"filter"`
	Inference Inference `yaml:"inference"`
}

// Log says how much is logged and in which form.
type Log struct {
	Level  string `yaml:"level"`
	Format string `yaml:"format"`
}

// HTTP is the public listener: pages, API and sockets.
type HTTP struct {
	Addr             string        `yaml:"addr"`
	TLSCert          string        `yaml:"tls_cert"`
	TLSKey           string        `yaml:"tls_key"`
	TrustedProxies   []string      `yaml:"trusted_proxies"`
	Origins          []string      `yaml:"origins"`
	BodyLimit        int           `yaml:"body_limit"`         // bytes
	UploadLimit      int           `yaml:"upload_limit"`       // bytes
	JoinsPerMinute   int           `yaml:"joins_per_minute"`   // per address
	CreatesPerMinute int           `yaml:"creates_per_minute"` // per address
	UploadsPerMinute int           `yaml:"uploads_per_minute"` // per account
	ShutdownTimeout  time.Duration `yaml:"shutdown_timeout"`
}

// Admin is the operator's listener: metrics, profiles, the view of the running lines.
type Admin struct {
	Addr string `yaml:"addr"`
}

// Data is the folder of everything that outlives the process.
type Data struct {
	Dir string `yaml:"dir"`
}

// Database says where accounts, rooms and posts are kept.
type Database struct {
	URL string `yaml:"url"`
}

// Blob says where pictures are kept.
type Blob struct {
	URL string `yaml:"url"`
}

// Auth is how accounts come to be and how passwords are kept.
type Auth struct {
	Registration         bool          `yaml:"registration"`
	RegistersPerMinute   int           `yaml:"registers_per_minute"` // per address
	HashMemory           int           `yaml:"hash_memory"`          // KiB
	HashPasses           int           `yaml:"hash_passes"`
	HashConcurrency      int           `yaml:"hash_concurrency"`
	LoginFailures        int           `yaml:"login_failures"`
	LoginFailuresAccount int           `yaml:"login_failures_account"`
	LoginFailuresAddress int           `yaml:"login_failures_address"`
	LoginRefill          time.Duration `yaml:"login_refill"`
}

// Rooms bounds the rooms that nobody hosts, and the seats in all of them.
type Rooms struct {
	Instant bool          `yaml:"instant"`
	Max     int           `yaml:"max"`
	Idle    time.Duration `yaml:"idle"`
	Reserve time.Duration `yaml:"reserve"`
	Grace   time.Duration `yaml:"grace"`
}

// Demo is the partner for someone who is alone.
type Demo struct {
	Enabled bool   `yaml:"enabled"`
	Clip    string `yaml:"clip"`
}

// RTC is the media side of the network.
type RTC struct {
	UDPPort            int      `yaml:"udp_port"`
	LoopbackCandidates bool     `yaml:"loopback_candidates"`
	PublicIPs          []string `yaml:"public_ips"`
	H264               bool     `yaml:"h264"`
	MinBitrate         int      `yaml:"min_bitrate"` // bits per second, as the next two
	StartBitrate       int      `yaml:"start_bitrate"`
	MaxBitrate         int      `yaml:"max_bitrate"`
}

// TURN is the embedded relay for clients whose network lets no UDP through, and the list of other servers.
type TURN struct {
	Addr         string        `yaml:"addr"`
	PublicIP     string        `yaml:"public_ip"`
	Realm        string        `yaml:"realm"`
	Secret       string        `yaml:"secret"`
	TTL          time.Duration `yaml:"ttl"`
	RelayMinPort int           `yaml:"relay_min_port"`
	RelayMaxPort int           `yaml:"relay_max_port"`
	UserQuota    int           `yaml:"user_quota"`
	TotalQuota   int           `yaml:"total_quota"`
	AllowPrivate bool          `yaml:"allow_private"`
	AllowPeers   []string      `yaml:"allow_peers"`
	STUNServers  []string      `yaml:"stun_servers"`
}

// Encoder is how filtered video is compressed.
type Encoder struct {
	CPUUsed int `yaml:"cpu_used"`
	Bitrate int `yaml:"bitrate"` // bits per second
	Threads int `yaml:"threads"`
	MaxFPS  int `yaml:"max_fps"`
}

// Filter is the timing of the filtered line.
type Filter struct {
	Budget   time.Duration `yaml:"budget"`
	PaceOver time.Duration `yaml:"pace_over"`
	MatteHz  float64       `yaml:"matte_hz"`
	Scenes   string        `yaml:"scenes"`
}

// Inference is the runtime of the models and where they come from.
type Inference struct {
	Provider     string `yaml:"provider"`
	Library      string `yaml:"library"`
	Workers      int    `yaml:"workers"`
	SegmentModel string `yaml:"segment_model"`
	FaceModel    string `yaml:"face_model"`
	EmotionModel string `yaml:"emotion_model"`
}

// Default is the configuration of a server that was told nothing.
func Default() Config {
	return Config{
		Profile: ProfileDefault,
		Log:     Log{Level: "info", Format: "json"},
		HTTP: HTTP{
			Addr: ":8080", BodyLimit: 64 << 10, UploadLimit: 10 << 20, JoinsPerMinute: 60, CreatesPerMinute: 30,
			UploadsPerMinute: 30, ShutdownTimeout: 10 * time.Second,
		},
		Admin: Admin{Addr: "127.0.0.1:8081"},
		Data:  Data{Dir: "./data"},
		Auth: Auth{
			Registration: true, RegistersPerMinute: 60, HashMemory: 19 << 10, HashPasses: 2,
			LoginFailures: 10, LoginFailuresAccount: 30, LoginFailuresAddress: 50, LoginRefill: time.Minute,
		},
		Rooms: Rooms{
			Instant: true, Max: 10_000, Idle: 2 * time.Hour, Reserve: 30 * time.Second, Grace: 20 * time.Second,
		},
		Demo: Demo{Enabled: true},
		RTC: RTC{
			UDPPort: 10_000, LoopbackCandidates: true,
			MinBitrate: 100_000, StartBitrate: 1_500_000, MaxBitrate: 4_000_000,
		},
		TURN: TURN{
			Realm: "pp-enter", TTL: 6 * time.Hour, RelayMinPort: 20_000, RelayMaxPort: 20_199,
			UserQuota: 8, TotalQuota: 200,
		},
		Encoder: Encoder{CPUUsed: -12, Bitrate: 1_200_000, Threads: 1, MaxFPS: 30},
		Filter:  Filter{Budget: 33 * time.Millisecond, PaceOver: 8 * time.Millisecond},
		Inference: Inference{
			Provider: "auto",
		},
	}
}
