package handler_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/api/store"
	"github.com/pp-enter/pp-enter/api/store/storetest"
)

// benchWorld is 1,000 people with 10,000 posts in two languages, three tags on each.
func benchWorld() *store.Seed {
	began := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	s := &store.Seed{Password: "-"}
	for i := range 40 {
		s.Tags = append(s.Tags, store.SeedTag{Name: fmt.Sprint("태그", i), Creator: 1, Created: began})
	}
	for i := range 1000 {
		name := fmt.Sprint("person", i)
		s.Photos = append(s.Photos, benchPhoto(i+1, social.PhotoAvatar, name, began))
		s.People = append(s.People, store.SeedPerson{
			Username: name, Email: name + "@example.org", Nickname: fmt.Sprint("사람 ", i), Picture: i + 1,
			Created: began,
		})
	}
	text := "한강에서 저녁 산책을 했다. 바람이 시원하고 노을이 정말 예뻤다. We talked for an hour about everything. "
	for i := range 10_000 {
		at := began.Add(time.Duration(i) * time.Minute)
		s.Photos = append(s.Photos, benchPhoto(i%1000+1, social.PhotoUpload, fmt.Sprint("picture-", i), at))
		s.Posts = append(s.Posts, store.SeedPost{
			Owner: i%1000 + 1, Photo: len(s.Photos), Title: fmt.Sprint("오늘의 통화 ", i), Content: text,
			Visibility: social.VisiblePublic, Tags: []int{i%40 + 1, (i+7)%40 + 1, (i+19)%40 + 1}, Views: i,
			Created: at,
		})
	}
	return s
}

func benchPhoto(owner int, kind social.PhotoKind, name string, at time.Time) store.SeedPhoto {
	return store.SeedPhoto{
		Owner: owner, Kind: kind, Name: name, Alt: "두 사람이 웃고 있다", Blob: "blob/" + name,
		ContentType: "image/webp", Size: 1 << 16, Width: 1280, Height: 720,
		Blurhash: "LEHV6nWB2yk8pyo0adR*.7kCMdnj", Created: at,
	}
}

// BenchmarkFeed answers anonymous requests for posts, on SQLite, from the handler inwards.
func BenchmarkFeed(b *testing.B) {
	db := storetest.Open(b, "sqlite")
	require.NoError(b, db.Seed(b.Context(), benchWorld(), nil))
	h := newRigOn(b, db).server.Config.Handler
	for _, path := range []string{"/api/posts/posts/", "/api/posts/posts_main_list/?limit=10"} {
		b.Run(path, func(b *testing.B) {
			b.ReportAllocs()
			began := cpuTime()
			for b.Loop() {
				r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, path, nil)
				w := httptest.NewRecorder()
				h.ServeHTTP(w, r)
				if w.Code != http.StatusOK {
					b.Fatal(w.Code, w.Body.String())
				}
			}
			b.ReportMetric(float64(cpuTime()-began)/float64(b.N), "cpu-ns/op")
		})
	}
}

// cpuTime is what this process has used of the processors, which other processes do not disturb as much as
// they do the clock on the wall.
func cpuTime() time.Duration {
	var use syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &use)
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}
