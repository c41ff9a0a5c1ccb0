package app

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"wegwijzer/knowledge/kaart"
)

// DeadLink is a web address of the kaart that doesn't answer as it should.
type DeadLink struct {
	URL      string
	Services []*kaart.Service // that name it
	Reason   string
}

// Links asks every web address of the kaart for its headers, a few at a time,
// and returns those that don't answer or answer with an error, by address. It
// reaches out to other people's servers, so it runs on request only.
func Links(ctx context.Context, k *kaart.Kaart, client *http.Client) []DeadLink {
	by := map[string][]*kaart.Service{}
	for _, s := range k.Services() {
		if s.URL != "" {
			by[s.URL] = append(by[s.URL], s)
		}
	}
	urls := make([]string, 0, len(by))
	for u := range by {
		urls = append(urls, u)
	}
	slices.Sort(urls)
	reasons := make([]string, len(urls))
	next := make(chan int)
	var wg sync.WaitGroup
	for range atOnce {
		wg.Go(func() {
			for i := range next {
				reasons[i] = linkFault(ctx, client, urls[i])
			}
		})
	}
	for i := range urls {
		next <- i
	}
	close(next)
	wg.Wait()
	var dead []DeadLink
	for i, u := range urls {
		if reasons[i] != "" {
			dead = append(dead, DeadLink{u, by[u], reasons[i]})
		}
	}
	return dead
}

// How links are asked for.
const (
	atOnce   = 8
	linkTime = 15 * time.Second
)

// linkFault says in Dutch what is wrong with an address; "" for nothing. Some
// servers don't know HEAD, so an error is asked for again with GET.
func linkFault(ctx context.Context, client *http.Client, url string) string {
	reason := ""
	for _, method := range []string{http.MethodHead, http.MethodGet} {
		reason = ask(ctx, client, method, url)
		if reason == "" {
			return ""
		}
	}
	return reason
}

func ask(ctx context.Context, client *http.Client, method, url string) string {
	ctx, cancel := context.WithTimeout(ctx, linkTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, url, nil)
	if err != nil {
		return "is geen adres"
	}
	res, err := client.Do(req)
	if err != nil {
		return "antwoordt niet"
	}
	if err := res.Body.Close(); err != nil {
		return "antwoordt niet"
	}
	if res.StatusCode >= http.StatusBadRequest {
		return fmt.Sprintf("antwoordt met %d", res.StatusCode)
	}
	return ""
}
