package drill

import (
	"context"
	"fmt"
	"reflect"
	"time"

	"github.com/google/uuid"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
)

// picture is all that a store has of an enterprise.
type picture struct {
	Enterprise  accessmgmt.Enterprise
	GAPs        []accessmgmt.GAP
	Members     []accessmgmt.Member
	Invitations []invitation.Invitation
	Recipients  []invitation.Recipient
	Requests    []invitation.Request
	Assignments []accessmgmt.RoleAssignment
	Audit       []accessmgmt.AuditRecord
}

// pageOf is how many rows are asked for at once.
const pageOf = 500

// rows walks through all pages of a find.
func rows[T any](find func(accessmgmt.Page) ([]T, error), key func(T) accessmgmt.PageKey) ([]T, error) {
	var all []T
	for page := (accessmgmt.Page{Limit: pageOf}); ; {
		some, err := find(page)
		all = append(all, some...)
		if err != nil || len(some) < pageOf {
			return all, err
		}
		page.After = key(some[len(some)-1])
	}
}

// look takes the picture of an enterprise.
func look(ctx context.Context, s accessmgmt.Reader, id accessmgmt.EnterpriseID) (p picture, err error) {
	one := []accessmgmt.EnterpriseID{id}
	steps := []func() error{
		func() error { p.Enterprise, err = s.Enterprise(ctx, id); return err },
		func() error { p.GAPs, err = s.GAPs(ctx, id); return err },
		func() error {
			p.Members, err = rows(func(page accessmgmt.Page) ([]accessmgmt.Member, error) {
				return s.FindMembers(ctx, accessmgmt.MemberFilter{Enterprise: id}, page)
			}, func(m accessmgmt.Member) accessmgmt.PageKey { return accessmgmt.PageKey{ID: m.Person.UUID} })
			return err
		},
		func() error {
			p.Recipients, err = rows(func(page accessmgmt.Page) ([]invitation.Recipient, error) {
				return s.FindRecipients(ctx, accessmgmt.RecipientFilter{Enterprises: one}, page)
			}, func(r invitation.Recipient) accessmgmt.PageKey {
				return accessmgmt.PageKey{At: r.CreatedAt, ID: r.ID.UUID}
			})
			return err
		},
		func() error {
			var ids []accessmgmt.InvitationID
			for _, r := range p.Recipients {
				ids = append(ids, r.Invitation)
			}
			p.Invitations, err = s.Invitations(ctx, id, ids)
			return err
		},
		func() error {
			p.Requests, err = rows(func(page accessmgmt.Page) ([]invitation.Request, error) {
				return s.FindRequests(ctx, accessmgmt.RequestFilter{Enterprises: one}, page)
			}, func(r invitation.Request) accessmgmt.PageKey {
				return accessmgmt.PageKey{At: r.RequestedAt, ID: r.ID.UUID}
			})
			return err
		},
		func() error {
			p.Assignments, err = rows(func(page accessmgmt.Page) ([]accessmgmt.RoleAssignment, error) {
				return s.FindAssignments(ctx, accessmgmt.AssignmentFilter{Enterprises: one}, page)
			}, func(a accessmgmt.RoleAssignment) accessmgmt.PageKey {
				return accessmgmt.PageKey{At: a.GivenAt, ID: a.ID.UUID}
			})
			return err
		},
		func() error { p.Audit, err = audit(ctx, s, id); return err },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return picture{}, err
		}
	}
	return p, nil
}

// audit reads all records of an enterprise.
func audit(ctx context.Context, s accessmgmt.Reader, id accessmgmt.EnterpriseID) ([]accessmgmt.AuditRecord, error) {
	var all []accessmgmt.AuditRecord
	for at := (accessmgmt.AuditPosition{}); ; {
		some, err := s.Audit(ctx, id, at, pageOf)
		all = append(all, some...)
		if err != nil || len(some) < pageOf {
			return all, err
		}
		last := some[len(some)-1]
		at = accessmgmt.AuditPosition{Seq: last.Seq, Ordinal: last.Ordinal}
	}
}

// differs lists in what a picture isn't the one it should be.
func (p picture) differs(want picture) []string {
	all := []string{}
	if field := difference("", reflect.ValueOf(want.Enterprise), reflect.ValueOf(p.Enterprise)); field != "" {
		all = append(all, "the enterprise's row differs in "+field)
	}
	all = append(all, rowsDiffer("term of office", want.GAPs, p.GAPs, func(g accessmgmt.GAP) uuid.UUID { return g.ID.UUID })...)
	all = append(all, rowsDiffer("member", want.Members, p.Members, func(m accessmgmt.Member) uuid.UUID { return m.Person.UUID })...)
	all = append(all, rowsDiffer("invitation", want.Invitations, p.Invitations, func(i invitation.Invitation) uuid.UUID { return i.ID.UUID })...)
	all = append(all, rowsDiffer("recipient", want.Recipients, p.Recipients, func(r invitation.Recipient) uuid.UUID { return r.ID.UUID })...)
	all = append(all, rowsDiffer("request", want.Requests, p.Requests, func(r invitation.Request) uuid.UUID { return r.ID.UUID })...)
	all = append(all, rowsDiffer("assignment", want.Assignments, p.Assignments, func(a accessmgmt.RoleAssignment) uuid.UUID { return a.ID.UUID })...)
	return append(all, rowsDiffer("audit record", want.Audit, p.Audit, func(r accessmgmt.AuditRecord) string { return fmt.Sprintf("%d.%d", r.Seq, r.Ordinal) })...)
}

func rowsDiffer[T any, K comparable](kind string, want, got []T, id func(T) K) []string {
	var all []string
	there := map[K]T{}
	for _, row := range got {
		if _, twice := there[id(row)]; twice {
			all = append(all, fmt.Sprintf("%s %v is there twice", kind, id(row)))
		}
		there[id(row)] = row
	}
	for _, row := range want {
		is, found := there[id(row)]
		delete(there, id(row))
		if !found {
			all = append(all, fmt.Sprintf("%s %v is missing", kind, id(row)))
		} else if field := difference("", reflect.ValueOf(row), reflect.ValueOf(is)); field != "" {
			all = append(all, fmt.Sprintf("%s %v differs in %s", kind, id(row), field))
		}
	}
	for extra := range there {
		all = append(all, fmt.Sprintf("%s %v is of no commit", kind, extra))
	}
	return all
}

// difference names the first field in which two values of one type differ, ""
// when they don't. What is empty is as good as nil.
func difference(path string, a, b reflect.Value) string {
	if a.Type() == reflect.TypeFor[time.Time]() && a.CanInterface() {
		return unless(a.Interface().(time.Time).Equal(b.Interface().(time.Time)), path)
	}
	switch a.Kind() {
	case reflect.Struct:
		for i := range a.NumField() {
			if d := difference(path+"."+a.Type().Field(i).Name, a.Field(i), b.Field(i)); d != "" {
				return d
			}
		}
		return ""
	case reflect.Slice, reflect.Array:
		if a.Len() != b.Len() {
			return path
		}
		for i := range a.Len() {
			if d := difference(fmt.Sprintf("%s[%d]", path, i), a.Index(i), b.Index(i)); d != "" {
				return d
			}
		}
		return ""
	case reflect.Map:
		if a.Len() != b.Len() {
			return path
		}
		for _, key := range a.MapKeys() {
			other := b.MapIndex(key)
			if !other.IsValid() {
				return path
			}
			if d := difference(fmt.Sprintf("%s[%v]", path, key), a.MapIndex(key), other); d != "" {
				return d
			}
		}
		return ""
	default:
		return unless(a.Equal(b), path)
	}
}

func unless(same bool, path string) string {
	if same {
		return ""
	}
	return path
}
