package roles

import (
	"encoding/json"
	"iter"
	"slices"
	"strings"
)

// Action is something a person may do in an application, by name: "sign".
// The set of names is open; a [Catalogue] lists those of each application.
// A name is 1 to 64 lower-case letters, digits and underscores, a letter first.
type Action string

// The seven actions of Mon Espace, the columns of the table in S1 §3.1.
const (
	Read        Action = "read"         // Lire
	Modify      Action = "modify"       // Modifier
	Create      Action = "create"       // Créer
	Delete      Action = "delete"       // Supprimer
	Sign        Action = "sign"         // Signer
	Submit      Action = "submit"       // Soumettre
	ManageSpace Action = "manage_space" // Gérer Espace
)

// ActionSet is an immutable set of actions. The zero value is the empty set.
type ActionSet struct{ names []Action } // sorted, without repeats, never written to

// Actions returns the set of the names given; a name given twice counts once.
func Actions(names ...Action) ActionSet {
	if len(names) == 0 { // one empty set only, so that equal sets are deeply equal
		return ActionSet{}
	}
	sorted := slices.Clone(names)
	slices.Sort(sorted)
	return ActionSet{slices.Clip(slices.Compact(sorted))}
}

// Has reports whether a is in the set.
func (s ActionSet) Has(a Action) bool {
	_, found := slices.BinarySearch(s.names, a)
	return found
}

// Len returns how many actions the set holds.
func (s ActionSet) Len() int { return len(s.names) }

// All yields the actions in the order of their names.
func (s ActionSet) All() iter.Seq[Action] { return slices.Values(s.names) }

// Union returns the actions that are in s or in other.
func (s ActionSet) Union(other ActionSet) ActionSet {
	return Actions(append(slices.Clone(s.names), other.names...)...)
}

// Contains reports whether every action of other is in s.
func (s ActionSet) Contains(other ActionSet) bool {
	for _, a := range other.names {
		if !s.Has(a) {
			return false
		}
	}
	return true
}

// Equal reports whether the two sets hold the same actions.
func (s ActionSet) Equal(other ActionSet) bool { return slices.Equal(s.names, other.names) }

// String returns the names, sorted, with commas between them.
func (s ActionSet) String() string {
	var b strings.Builder
	for i, a := range s.names {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(string(a))
	}
	return b.String()
}

// MarshalJSON writes the set as an array of names, sorted.
func (s ActionSet) MarshalJSON() ([]byte, error) {
	if s.names == nil {
		return []byte("[]"), nil
	}
	return json.Marshal(s.names)
}

// UnmarshalJSON reads an array of names.
func (s *ActionSet) UnmarshalJSON(data []byte) error {
	var names []Action
	if err := json.Unmarshal(data, &names); err != nil {
		return err
	}
	*s = Actions(names...)
	return nil
}
