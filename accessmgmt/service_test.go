package accessmgmt_test

import (
	"math"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/internal/workflowtest"
	"github.com/egovroles/egovroles/roles"
	"github.com/egovroles/egovroles/storage/memory"
)

// testKey is a key of an id.
func testKey(t testing.TB, id string) accessmgmt.Key {
	key, err := accessmgmt.NewKey(id, append([]byte(id), workflowtest.Secret...))
	require.NoError(t, err)
	return key
}

func validOptions(t testing.TB) accessmgmt.Options {
	return accessmgmt.Options{Catalogue: roles.MonEspace(), Representatives: accessmgmt.StaticRepresentatives{}, Key: testKey(t, "k1"),
		AcceptURL: "https://portal.example/invitation"}
}

// problemsOf returns what New says is wrong, as "field code".
func problemsOf(t testing.TB, err error) []string {
	var own *accessmgmt.Error
	require.ErrorAs(t, err, &own)
	require.ErrorIs(t, err, accessmgmt.ErrInvalid)
	require.Equal(t, accessmgmt.CodeInvalid, accessmgmt.Code(err))
	require.Equal(t, accessmgmt.Act("new"), own.Act)
	var problems roles.Problems
	require.ErrorAs(t, err, &problems)
	var found []string
	for _, p := range problems {
		found = append(found, p.Field+" "+p.Code)
		require.Contains(t, err.Error(), p.Field+": "+p.Text)
	}
	return found
}

func TestNewNeedsOptions(t *testing.T) {
	svc, err := accessmgmt.New(nil, nil, nil)
	assert.Nil(t, svc)
	assert.Equal(t, []string{"store required", "mailer required", "Catalogue required", "Representatives required", "Key required", "AcceptURL required"},
		problemsOf(t, err))
}

// What is nil inside an interface would panic at the first call.
func TestNewRefusesTypedNils(t *testing.T) {
	t.Parallel()
	o := validOptions(t)
	o.Representatives = accessmgmt.RepresentativesFunc(nil)
	_, err := accessmgmt.New((*memory.Store)(nil), accessmgmt.MailerFunc(nil), &o)
	assert.Equal(t, []string{"store required", "mailer required", "Representatives required"}, problemsOf(t, err))
	o.Representatives = (*workflowtest.Register)(nil)
	_, err = accessmgmt.New(memory.New(), (*workflowtest.Mailbox)(nil), &o)
	assert.Equal(t, []string{"mailer required", "Representatives required"}, problemsOf(t, err))
	o.Representatives = accessmgmt.StaticRepresentatives(nil) // nobody represents anything
	_, err = accessmgmt.New(memory.New(), &workflowtest.Mailbox{}, &o)
	assert.NoError(t, err)
}

func TestNewTellsEverythingAtOnce(t *testing.T) {
	o := validOptions(t)
	o.AcceptURL, o.Application = "ftp://portal.example", "nope"
	o.OldKeys = []accessmgmt.Key{{}, testKey(t, "k1")}
	o.Policy = accessmgmt.Policy{InvitationDays: 366, RequestDays: -1, MinAssurance: 9, ExceptionalAssurance: 9, Matcher: "anybody", Language: "es"}
	svc, err := accessmgmt.New(memory.New(), nil, &o)
	assert.Nil(t, svc)
	assert.Equal(t, []string{"mailer required", "OldKeys[0] duplicate", "OldKeys[1] duplicate", "AcceptURL malformed", "Policy.InvitationDays too_far",
		"Policy.RequestDays too_far", "Policy.MinAssurance unknown", "Policy.ExceptionalAssurance unknown", "Policy.Matcher unknown", "Policy.Language unknown", "Application unknown"}, problemsOf(t, err))
}

func TestNewChecksEachOption(t *testing.T) {
	type options = accessmgmt.Options
	for name, c := range map[string]struct {
		change func(*options)
		want   string // "" when it is fine
	}{
		"none":                    {func(*options) {}, ""},
		"no catalogue":            {func(o *options) { o.Catalogue = nil }, "Catalogue required"},
		"no register":             {func(o *options) { o.Representatives = nil }, "Representatives required"},
		"no key":                  {func(o *options) { o.Key = accessmgmt.Key{} }, "Key required"},
		"an old key":              {func(o *options) { o.OldKeys = []accessmgmt.Key{testKey(t, "k0"), testKey(t, "k00")} }, ""},
		"an old key's id again":   {func(o *options) { o.OldKeys = []accessmgmt.Key{testKey(t, "k0"), testKey(t, "k0")} }, "OldKeys[1] duplicate"},
		"the key among the old":   {func(o *options) { o.OldKeys = []accessmgmt.Key{testKey(t, "k1")} }, "OldKeys[0] duplicate"},
		"no address":              {func(o *options) { o.AcceptURL = "" }, "AcceptURL required"},
		"a relative address":      {func(o *options) { o.AcceptURL = "/invitation" }, "AcceptURL malformed"},
		"an address with a user":  {func(o *options) { o.AcceptURL = "https://me@portal.example/" }, "AcceptURL malformed"},
		"with a fragment":         {func(o *options) { o.AcceptURL = "https://portal.example/#top" }, "AcceptURL malformed"},
		"without a host":          {func(o *options) { o.AcceptURL = "https:///invitation" }, "AcceptURL malformed"},
		"with a port alone":       {func(o *options) { o.AcceptURL = "https://:443/invitation" }, "AcceptURL malformed"},
		"opaque":                  {func(o *options) { o.AcceptURL = "https:portal.example" }, "AcceptURL malformed"},
		"broken":                  {func(o *options) { o.AcceptURL = "https://portal.example/%zz" }, "AcceptURL malformed"},
		"with a line break":       {func(o *options) { o.AcceptURL = "https://portal.example/\n" }, "AcceptURL malformed"},
		"in the clear":            {func(o *options) { o.AcceptURL = "http://portal.example/" }, "AcceptURL malformed"},
		"almost the own machine":  {func(o *options) { o.AcceptURL = "http://localhost.evil.example/" }, "AcceptURL malformed"},
		"the own machine":         {func(o *options) { o.AcceptURL = "http://localhost:8080/" }, ""},
		"another scheme":          {func(o *options) { o.AcceptURL = "javascript:alert(1)" }, "AcceptURL malformed"},
		"in capitals":             {func(o *options) { o.AcceptURL = "HTTPS://portal.example/" }, ""},
		"with a query":            {func(o *options) { o.AcceptURL = "https://portal.example/?a=1" }, ""},
		"with a token":            {func(o *options) { o.AcceptURL = "https://portal.example/?token=x" }, "AcceptURL duplicate"},
		"with a token, escaped":   {func(o *options) { o.AcceptURL = "https://portal.example/?a=1&%74oken" }, "AcceptURL duplicate"},
		"an application":          {func(o *options) { o.Application = "monespace" }, ""},
		"another application":     {func(o *options) { o.Application = "calista" }, "Application unknown"},
		"a zone":                  {func(o *options) { o.Policy.Location = time.FixedZone("x", 3600) }, ""},
		"a day":                   {func(o *options) { o.Policy.InvitationDays = 1 }, ""},
		"a year":                  {func(o *options) { o.Policy.InvitationDays = 365 }, ""},
		"less than a day":         {func(o *options) { o.Policy.InvitationDays = -1 }, "Policy.InvitationDays too_far"},
		"more than a year":        {func(o *options) { o.Policy.InvitationDays = 366 }, "Policy.InvitationDays too_far"},
		"no invitations":          {func(o *options) { o.Policy.InvitationsPerDay = -2 }, "Policy.InvitationsPerDay too_far"},
		"invitations unlimited":   {func(o *options) { o.Policy.InvitationsPerDay = accessmgmt.Unlimited }, ""},
		"no reminders":            {func(o *options) { o.Policy.ReminderDays = accessmgmt.Never }, ""},
		"reminders of the past":   {func(o *options) { o.Policy.ReminderDays = -2 }, "Policy.ReminderDays too_far"},
		"reminders of next year":  {func(o *options) { o.Policy.ReminderDays = 366 }, "Policy.ReminderDays too_far"},
		"requests for a day":      {func(o *options) { o.Policy.RequestDays = 1 }, ""},
		"requests for ten years":  {func(o *options) { o.Policy.RequestDays = 3650 }, ""},
		"requests for longer":     {func(o *options) { o.Policy.RequestDays = 3651 }, "Policy.RequestDays too_far"},
		"requests for ever":       {func(o *options) { o.Policy.RequestDays = math.MaxInt }, "Policy.RequestDays too_far"},
		"requests for never":      {func(o *options) { o.Policy.RequestDays = -1 }, "Policy.RequestDays too_far"},
		"a low level":             {func(o *options) { o.Policy.MinAssurance = accessmgmt.AssuranceLow }, ""},
		"an impossible level":     {func(o *options) { o.Policy.MinAssurance = accessmgmt.AssuranceHigh + 1 }, "Policy.MinAssurance unknown"},
		"by verified address":     {func(o *options) { o.Policy.Matcher = accessmgmt.VerifiedEmail }, ""},
		"by something else":       {func(o *options) { o.Policy.Matcher = "VERIFIED_EMAIL" }, "Policy.Matcher unknown"},
		"a language":              {func(o *options) { o.Policy.Language = roles.German }, ""},
		"a language with country": {func(o *options) { o.Policy.Language = "nl-BE" }, "Policy.Language unknown"},
		"a language in capitals":  {func(o *options) { o.Policy.Language = "NL" }, "Policy.Language unknown"},
	} {
		o := validOptions(t)
		c.change(&o)
		svc, err := accessmgmt.New(memory.New(), &workflowtest.Mailbox{}, &o)
		if c.want == "" {
			assert.NoError(t, err, name)
			assert.NotNil(t, svc, name)
			continue
		}
		assert.Nil(t, svc, name)
		assert.Equal(t, []string{c.want}, problemsOf(t, err), name)
	}
}

func TestNewWithDefaults(t *testing.T) {
	o := validOptions(t)
	svc, err := accessmgmt.New(memory.New(), &workflowtest.Mailbox{}, &o)
	require.NoError(t, err)
	assert.Same(t, o.Catalogue, svc.Catalogue())
	brussels, err := time.LoadLocation("Europe/Brussels")
	require.NoError(t, err)
	before := roles.DateOf(time.Now(), brussels)
	today := svc.Today()
	after := roles.DateOf(time.Now(), brussels)
	assert.True(t, today == before || today == after, "the real clock")
	assert.Equal(t, validOptions(t).Policy, o.Policy, "the options are the caller's: no default is written into them")
	assert.Nil(t, o.Logger)
	assert.Nil(t, o.Now)
	_, err = svc.ActionsOf(t.Context(), accessmgmt.ActionsQuery{})
	assert.NoError(t, err, "the one application needs no naming")
}

func TestNewKeepsItsOwnOptions(t *testing.T) {
	w := workflowtest.New(t, onMemory)
	old := []accessmgmt.Key{testKey(t, "k0")}
	o := w.Options
	o.OldKeys = old
	svc, err := accessmgmt.New(w.Store, w.Mailbox, &o)
	require.NoError(t, err)
	old[0] = accessmgmt.Key{}
	o = accessmgmt.Options{}
	_, err = svc.DesignateGAP(w.Ctx, w.Rep, w.Designation(w.Number, w.GAP))
	require.NoError(t, err, "what the caller does with his options later changes nothing")
}

func TestDefaultIDs(t *testing.T) {
	w := workflowtest.WithGAP(t, onMemory)
	r, _ := w.Invite(workflowtest.Person("Anne", "Dubois"), w.Line(roles.Editor))
	for _, id := range []uuid.UUID{w.Acme.UUID, w.ID(w.GAP).UUID, r.ID.UUID, r.Invitation.UUID} {
		assert.Equal(t, uuid.Version(7), id.Version())
	}
}

func onMemory(testing.TB) accessmgmt.Store { return memory.New() }
