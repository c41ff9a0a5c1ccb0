// Package index searches the sociale kaart as residents speak.
//
// Two signals are joined. The words: a cosine over TF-IDF vectors of word
// stems and character 3- to 5-grams, which forgives typos and finds Dutch
// compounds, split or joined. The kind of help (hulpsoort): the question is
// compared with sentences of residents who needed that kind, a service gets
// its kinds from its editor or from its name and description. The
// levensgebied that the understanding model sees adds a little.
//
// Filters come before ranking (service area, age, status, freshness); among
// near-equals the order of S19 decides: self, network, voorliggend, indicated.
// When nothing fits, the result says so: Answerable is false.
package index
