package bot

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"wegwijzer/bot/cases"
)

// Role is what an account may do at the desk.
type Role string

// The roles. A beheerder manages accounts and never sees a case by it.
const (
	RoleOndersteuner Role = "ondersteuner"
	RoleCoordinator  Role = "coordinator"
	RoleBeheerder    Role = "beheerder"
)

// Account lets a supporter of the roster log in. Password is a hash, made and
// checked by the desk; "" means that the account can't log in yet.
type Account struct {
	Supporter cases.SupporterID `json:"supporter"`
	Roles     []Role            `json:"roles"`
	Password  string            `json:"password,omitempty"`
	Disabled  bool              `json:"disabled,omitempty"`
	Created   time.Time         `json:"created"`
	Version   uint64            `json:"-"`
}

// Has says whether the account has a role.
func (a Account) Has(r Role) bool { return slices.Contains(a.Roles, r) }

// CanLogin says whether the account can be used now.
func (a Account) CanLogin() bool { return a.Password != "" && !a.Disabled }

// Session is a supporter at the desk. It ends at Until at the latest, and
// when it wasn't used for a while.
type Session struct {
	Supporter cases.SupporterID `json:"supporter"`
	Created   time.Time         `json:"created"`
	Seen      time.Time         `json:"seen"`
	Until     time.Time         `json:"until"`
	Version   uint64            `json:"-"`
}

// invite is a link that works once.
type invite struct {
	Supporter cases.SupporterID `json:"supporter"` // "" lets the first user choose who they are
	Roles     []Role            `json:"roles"`
	Until     time.Time         `json:"until"`
}

// The kinds of documents.
const (
	kindAccount = "account"
	kindSession = "session"
	kindInvite  = "invite"
)

// Accounts keeps who can log in. Secrets are kept as hashes only.
type Accounts struct {
	docs Documents
}

// NewAccounts keeps accounts as documents.
func NewAccounts(d Documents) *Accounts { return &Accounts{docs: d} }

func hashed(token string) string {
	h := sha256.Sum256([]byte(token))
	return hex.EncodeToString(h[:])
}

func secret() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b)
	return base64.RawURLEncoding.EncodeToString(b)
}

func (a *Accounts) get(ctx context.Context, kind, id string, v any) (uint64, error) {
	d, err := a.docs.Document(ctx, kind, id)
	if err != nil {
		return 0, err
	}
	if err := json.Unmarshal(d.Body, v); err != nil {
		return 0, fmt.Errorf("%s: %w", kind, err)
	}
	return d.Version, nil
}

func (a *Accounts) put(ctx context.Context, kind, id string, version uint64, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = a.docs.PutDocument(ctx, Document{Kind: kind, ID: id, Version: version, Body: body})
	return err
}

// Account returns an account; ErrNotFound when there is none.
func (a *Accounts) Account(ctx context.Context, id cases.SupporterID) (Account, error) {
	var acc Account
	v, err := a.get(ctx, kindAccount, string(id), &acc)
	acc.Version = v
	return acc, err
}

// SaveAccount keeps an account when nobody changed it meanwhile.
func (a *Accounts) SaveAccount(ctx context.Context, acc Account) error {
	return a.put(ctx, kindAccount, string(acc.Supporter), acc.Version, acc)
}

// Accounts lists all accounts.
func (a *Accounts) Accounts(ctx context.Context) ([]Account, error) {
	docs, err := a.docs.ListDocuments(ctx, kindAccount)
	if err != nil {
		return nil, err
	}
	list := make([]Account, 0, len(docs))
	for _, d := range docs {
		var acc Account
		if err := json.Unmarshal(d.Body, &acc); err != nil {
			return nil, fmt.Errorf("account %s: %w", d.ID, err)
		}
		acc.Version = d.Version
		list = append(list, acc)
	}
	return list, nil
}

// Active returns who can log in.
func (a *Accounts) Active(ctx context.Context) (map[cases.SupporterID]bool, error) {
	list, err := a.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	active := map[cases.SupporterID]bool{}
	for _, acc := range list {
		if acc.CanLogin() {
			active[acc.Supporter] = true
		}
	}
	return active, nil
}

// Invite makes a link's token that works once, for a week. id "" lets its
// first user choose who of the roster they are.
func (a *Accounts) Invite(ctx context.Context, id cases.SupporterID, roles []Role, now time.Time) (string, error) {
	token := secret()
	err := a.put(ctx, kindInvite, hashed(token), 0, invite{Supporter: id, Roles: roles, Until: now.AddDate(0, 0, 7)})
	return token, err
}

// Invited returns for whom a token is, "" for anyone of the roster, and says
// whether it still works.
func (a *Accounts) Invited(ctx context.Context, token string, now time.Time) (cases.SupporterID, bool, error) {
	var in invite
	_, err := a.get(ctx, kindInvite, hashed(token), &in)
	if errors.Is(err, ErrNotFound) {
		return "", false, nil
	}
	return in.Supporter, err == nil && now.Before(in.Until), err
}

// Redeem uses up an invitation and sets the password's hash. who must be the
// invited one when the invitation names one. Used or unknown: KindForbidden.
func (a *Accounts) Redeem(ctx context.Context, token string, who cases.SupporterID, passwordHash string, now time.Time) (Account, error) {
	gone := Errorf(KindForbidden, "Deze link is al gebruikt of verlopen. Vraag een nieuwe.", "invitation is not valid")
	var in invite
	version, err := a.get(ctx, kindInvite, hashed(token), &in)
	if errors.Is(err, ErrNotFound) || err == nil && (now.After(in.Until) || in.Supporter != "" && in.Supporter != who) {
		return Account{}, gone
	}
	if err != nil {
		return Account{}, err
	}
	// Using it up first: of two at once, one gets a conflict.
	in.Until = time.Time{}
	if err := a.put(ctx, kindInvite, hashed(token), version, in); err != nil {
		return Account{}, gone
	}
	acc, err := a.Account(ctx, who)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return Account{}, err
	}
	if errors.Is(err, ErrNotFound) {
		acc = Account{Supporter: who, Created: now}
	}
	acc.Roles, acc.Password = in.Roles, passwordHash
	if err := a.SaveAccount(ctx, acc); err != nil {
		return Account{}, err
	}
	return acc, a.docs.DeleteDocument(ctx, kindInvite, hashed(token))
}

// Revoke takes back every link that is out for somebody, and returns how many
// there were.
func (a *Accounts) Revoke(ctx context.Context, id cases.SupporterID) (int, error) {
	docs, err := a.docs.ListDocuments(ctx, kindInvite)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, d := range docs {
		var in invite
		if err := json.Unmarshal(d.Body, &in); err != nil {
			return n, fmt.Errorf("invitation: %w", err)
		}
		if in.Supporter != id {
			continue
		}
		if err := a.docs.DeleteDocument(ctx, kindInvite, d.ID); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// StartSession makes a session and returns its token.
func (a *Accounts) StartSession(ctx context.Context, s Session) (string, error) {
	token := secret()
	return token, a.put(ctx, kindSession, hashed(token), 0, s)
}

// Session finds a session by its token.
func (a *Accounts) Session(ctx context.Context, token string) (Session, error) {
	var s Session
	v, err := a.get(ctx, kindSession, hashed(token), &s)
	s.Version = v
	return s, err
}

// TouchSession keeps when a session was last used.
func (a *Accounts) TouchSession(ctx context.Context, token string, s Session) error {
	err := a.put(ctx, kindSession, hashed(token), s.Version, s)
	if errors.Is(err, ErrConflict) {
		return nil // another request of the same session was first
	}
	return err
}

// EndSession ends a session for good.
func (a *Accounts) EndSession(ctx context.Context, token string) error {
	return a.docs.DeleteDocument(ctx, kindSession, hashed(token))
}

// First says whether nobody has an account or an invitation yet.
func (a *Accounts) First(ctx context.Context) (bool, error) {
	for _, kind := range []string{kindAccount, kindInvite} {
		list, err := a.docs.ListDocuments(ctx, kind)
		if err != nil || len(list) > 0 {
			return false, err
		}
	}
	return true, nil
}
