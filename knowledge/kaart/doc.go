// Package kaart is the sociale kaart: the organisations and services that can
// help a resident, shaped as Open Referral HSDS names them.
//
// A [Kaart] is an immutable snapshot: it may be read by many goroutines, and
// an import makes a new one ([Kaart.Apply]) with the list of changes. Records
// come in through the decoders ([Decode]) as a [Batch], which names each
// rejected row with its column and reason, and go out through the encoders.
// Inside, opening hours are weekdays and times; RRULE exists at the HSDS edge
// only. Facts of our own (levensgebied, kind, order, ...) ride in HSDS
// attributes whose taxonomies are published with the kaart.
package kaart
