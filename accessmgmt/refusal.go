package accessmgmt

import (
	"context"
	"log/slog"
)

// admitted is admit for a call that doesn't come to a command or a look at an
// enterprise, where it is asked again: who isn't admitted leaves a line.
func (s *Service) admitted(ctx context.Context, act Act, a Actor) error {
	if err := s.admit(act, a); err != nil {
		return s.turnedDown(ctx, act, EnterpriseID{}, who{}, err)
	}
	return nil
}

// turnedDown returns an error as that of an act, and leaves a line that says so: ids
// and codes, never what somebody typed or the words of an error. The enterprise
// is zero when it wasn't read, and of somebody unknown nothing is said.
func (s *Service) turnedDown(ctx context.Context, act Act, enterprise EnterpriseID, by who, err error) error {
	err = fail(act, err)
	s.logRefused(ctx, act, enterprise, by, err)
	return err
}

func (s *Service) logRefused(ctx context.Context, act Act, enterprise EnterpriseID, by who, err error) {
	if s.preview != nil { // nothing was asked for yet
		return
	}
	attrs := []slog.Attr{slog.String("act", string(act)), slog.String("code", Code(err))}
	if !enterprise.IsZero() {
		attrs = append(attrs, slog.String("enterprise", enterprise.String()))
	}
	if by.known {
		attrs = append(attrs, slog.String("person", by.person.ID.String()))
	}
	s.log.LogAttrs(ctx, slog.LevelInfo, "refused", attrs...)
}
