// Package index searches the sociale kaart as residents speak.
//
// Two signals are joined. The words: a cosine over TF-IDF vectors of word
// stems and character 3- to 5-grams, which forgives typos and finds Dutch
// compounds, split or joined. The kind of help (hulpsoort): a question gets its
// kinds from a linear model of the sentences of residents who needed them
// (asked.bin), from the likeness to those sentences, from the words that signal
// a kind (content/signaalwoorden.txt) and from the levensgebieden that the
// understanding model sees; a service gets its kinds from its editor, or from
// its name and description by weights that were fitted on labelled services.
// What is denied ("ik zoek geen X, maar Y") is left out before, and words that
// nothing knows are repaired: first by how they sound, then by one letter.
//
// Filters come before ranking (service area, age, status, freshness); among
// near-equals the order of S19 decides: self, network, voorliggend, indicated.
// The time that a question names ("vandaag", "in de avond") counts too.
//
// When nothing fits, the result says so: Answerable is false. What decides is a
// logistic regression over a few figures of the search, the linear model's
// chance that no kind answers and the understanding model's word on whether
// help is asked for; testdata holds the judged questions.
package index
