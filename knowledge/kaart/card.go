// Package kaart holds the sociale kaart: organisations and services as Open
// Referral HSDS names them, with our own facts in attributes.
package kaart

// Card is what a resident sees of a service: only facts that stand in its
// record. The JSON names are those of the "sources" of the message object.
// Empty fields are left out; CheckedAt is a date, YYYY-MM-DD.
type Card struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	URL       string `json:"url,omitempty"`
	Phone     string `json:"phone,omitempty"`
	CheckedAt string `json:"checked_at"`
	Does      string `json:"does,omitempty"`
	Hours     string `json:"hours,omitempty"`
	Address   string `json:"address,omitempty"`
	Why       string `json:"why,omitempty"`
}
