package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
)

// How the pages of posts are asked for.
const (
	feedClients = 32
	feedWarmUp  = 2 * time.Second
	feedFor     = 10 * time.Second
)

// measureFeed reports how many pages of posts one core of the server gives to strangers in a second, over the
// made-up data in its default size on SQLite. This process asks, from another core.
func measureFeed(ctx context.Context, r *rig) (err error) {
	s, err := openSite(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	for _, page := range []struct{ name, path string }{
		{"posts", "/api/posts/posts/"},
		{"feed", "/api/posts/posts_main_list/"},
	} {
		if err := s.measure(ctx, r, page.name, page.path); err != nil {
			return fmt.Errorf("ask for %s: %w", page.path, err)
		}
	}
	return nil
}

// measure asks for one page again and again.
func (s *site) measure(ctx context.Context, r *rig, name, path string) error {
	if err := s.look(ctx, path); err != nil {
		return err
	}
	if _, err := ask(ctx, s.addr, path, feedClients, feedWarmUp); err != nil {
		return err
	}
	before, err := s.worked()
	if err != nil {
		return err
	}
	start := time.Now()
	times, err := ask(ctx, s.addr, path, feedClients, feedFor)
	if err != nil {
		return err
	}
	took := time.Since(start)
	after, err := s.worked()
	if err != nil {
		return err
	}
	slices.Sort(times)
	r.report(name+"_requests_per_second", float64(len(times))/took.Seconds(), "1/s")
	r.report(name+"_p50_ms", times[len(times)/2].Seconds()*1000, "ms")
	r.report(name+"_p99_ms", times[len(times)*99/100].Seconds()*1000, "ms")
	r.report(name+"_cpu_us_per_request", (after-before).Seconds()*1e6/float64(len(times)), "us")
	return nil
}

// look makes sure that the page is what is to be measured: ten posts with their pictures and people.
func (s *site) look(ctx context.Context, path string) error {
	body, err := askOnce(ctx, s.addr, path)
	if err != nil {
		return err
	}
	var page struct {
		Items []struct {
			Title string `json:"title"`
			Owner struct {
				Username string `json:"username"`
			} `json:"owner"`
			Photo *struct {
				URL string `json:"url"`
			} `json:"photo"`
		} `json:"items"`
	}
	if err := json.Unmarshal(body, &page); err != nil {
		return fmt.Errorf("read page: %w", err)
	}
	const size = 10
	if len(page.Items) != size {
		return fmt.Errorf("the page has %d posts, not %d", len(page.Items), size)
	}
	for _, p := range page.Items {
		if p.Title == "" || p.Owner.Username == "" || p.Photo == nil || p.Photo.URL == "" {
			return errors.New("a post is not whole")
		}
	}
	return nil
}
