// Package index searches the sociale kaart as residents speak.
//
// Two signals are joined. The words: a cosine over TF-IDF vectors of word
// stems and character 3- to 5-grams, which forgives typos and finds Dutch
// compounds, split or joined. The kind of help (hulpsoort): the question is
// compared with sentences of residents who needed that kind and with the words
// that signal it (content/signaalwoorden.txt), a service gets its kinds from
// its editor or from its name and description. The levensgebied that the
// understanding model sees adds a little. Words that nothing knows are repaired
// before: first by how they sound, then by one letter.
//
// Filters come before ranking (service area, age, status, freshness); among
// near-equals the order of S19 decides: self, network, voorliggend, indicated.
// The time that a question names ("vandaag", "in de avond") counts too.
//
// When nothing fits, the result says so: Answerable is false. What decides is a
// logistic regression over a few figures of the search and the model's word on
// whether help is asked for; testdata holds the judged questions.
package index
