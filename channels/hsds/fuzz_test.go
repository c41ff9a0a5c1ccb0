package hsds

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"wegwijzer/channels"
)

// FuzzParameters asks for lists with any query: the answer is a page or what is
// wrong, never a fault of ours.
func FuzzParameters(f *testing.F) {
	for _, seed := range []string{
		"", "page=2&per_page=1", "full=true&minimal=1", "format=ndjson", "postcode=1611AB&proximity=500", "modified_after=2026-06-01T00:00:00+01:00",
		"search=%c3%a9%00", "page=1&page=2", "a=%zz", "taxonomy_term_id=x&organization_id=stolp", "proximity=-1", "top_only=ja",
	} {
		for _, list := range []string{"services", "service_at_locations", "organizations", "taxonomies", "taxonomy_terms"} {
			f.Add(list, seed)
		}
	}
	k := filterKaart(f)
	s := channels.NewServer(channels.Config{})
	newAPI(k).Mount(s)
	f.Fuzz(func(t *testing.T, list, query string) {
		req := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/hsds/", nil)
		req.URL.Path, req.URL.RawQuery = "/hsds/"+list, query
		res := httptest.NewRecorder()
		s.Echo().ServeHTTP(res, req)
		if res.Code >= http.StatusInternalServerError {
			t.Errorf("%s?%s: %d %s", list, query, res.Code, res.Body)
		}
	})
}
