package accessmgmt

import "context"

// LegalRepresentatives answers who may bind an enterprise, from the register
// of enterprises (Crossroads Bank for Enterprises, BCE/KBO) or whatever the
// portal trusts.
type LegalRepresentatives interface {
	// Represents says whether a person may bind an enterprise now. That he
	// may not is an answer: the zero Representation. When the register can't
	// be asked it returns an error; the service reports it as [ErrRegister]
	// and changes nothing.
	Represents(ctx context.Context, person Identity, enterprise EnterpriseNumber) (Representation, error)
}

// Representation is what the register says of a person and an enterprise.
type Representation struct {
	// Holds: he may bind the enterprise now.
	Holds bool
	// Function is his legal function, as the register words or codes it.
	Function string
	// Evidence names the answer, for the audit: a consultation number, an
	// instant, a document.
	Evidence string
	// EnterpriseName is what the register calls the enterprise; may be empty.
	EnterpriseName string
}

// RepresentativesFunc is a function that answers for a register.
type RepresentativesFunc func(ctx context.Context, person Identity, enterprise EnterpriseNumber) (Representation, error)

// Represents calls f.
func (f RepresentativesFunc) Represents(ctx context.Context, person Identity, enterprise EnterpriseNumber) (Representation, error) {
	return f(ctx, person, enterprise)
}

// StaticRepresentatives is a fixed list: for tests, demos, and portals whose
// representatives come from a file.
type StaticRepresentatives []StaticRepresentative

// StaticRepresentative is one legal function of one person.
type StaticRepresentative struct {
	Enterprise EnterpriseNumber
	// EnterpriseName is what the enterprise is called; may be empty.
	EnterpriseName string
	// Person is his account. A person with several has several entries.
	Person   IdentityRef
	Function string
	Evidence string
}

// Represents looks the person and the enterprise up in the list.
func (s StaticRepresentatives) Represents(ctx context.Context, person Identity, enterprise EnterpriseNumber) (Representation, error) {
	if err := ctx.Err(); err != nil {
		return Representation{}, err
	}
	for _, r := range s {
		if r.Enterprise == enterprise && r.Person == person.Ref() {
			return Representation{Holds: true, Function: r.Function, Evidence: r.Evidence, EnterpriseName: r.EnterpriseName}, nil
		}
	}
	return Representation{}, nil
}
