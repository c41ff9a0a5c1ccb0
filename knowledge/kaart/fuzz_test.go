package kaart

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

// FuzzDecode reads files of any kind as an import does: a wrong one is
// rejected with words, never with a panic, and what is read goes out again.
func FuzzDecode(f *testing.F) {
	var template, full, packed bytes.Buffer
	if err := EncodeTemplateCSV(&template); err != nil {
		f.Fatal(err)
	}
	example, err := Example()
	if err != nil {
		f.Fatal(err)
	}
	few := example.Services()[:3]
	small := make([]Service, len(few))
	var orgs []Organisation
	for i, s := range few {
		small[i] = *s
	}
	for _, o := range example.Organisations() {
		orgs = append(orgs, *o)
	}
	k, err := New(orgs, small)
	if err != nil {
		f.Fatal(err)
	}
	if err := k.EncodeHSDS(&full); err != nil {
		f.Fatal(err)
	}
	if err := k.EncodeZIP(&packed); err != nil {
		f.Fatal(err)
	}
	for _, seed := range [][]byte{
		template.Bytes(), full.Bytes(), packed.Bytes(), []byte("[]"), []byte(`{"services":[{"id":1}]}`),
		[]byte("id;naam\na;b"), []byte("PK\x03\x04"), {0xff, 0xfe}, []byte(strings.Repeat("[", 10000)),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(_ *testing.T, data []byte) {
		batch, err := Decode(bytes.NewReader(data))
		if err != nil {
			return
		}
		next, _, err := (*Kaart)(nil).Apply(batch, ApplyOptions{Partial: true})
		if err != nil {
			return
		}
		var out bytes.Buffer
		_ = next.EncodeHSDS(&out)
		for _, s := range next.Services() {
			_ = s.Card("nl", time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC))
		}
	})
}
