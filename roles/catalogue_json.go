package roles

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
)

// The types below are a catalogue in JSON. They are apart from the types that
// portals use, so that the format changes only on purpose. What is left out
// when empty must stay so: the version is made of this.
type (
	catalogueJSON struct {
		Applications []applicationJSON `json:"applications"`
	}
	applicationJSON struct {
		Code    ApplicationCode `json:"code"`
		Domain  DomainCode      `json:"domain,omitempty"`
		Labels  Labels          `json:"labels"`
		Actions []actionJSON    `json:"actions"`
		Roles   []roleJSON      `json:"roles"`
	}
	actionJSON struct {
		Action Action `json:"action"`
		Labels Labels `json:"labels,omitzero"`
	}
	roleJSON struct {
		Code       Code            `json:"code"`
		Labels     Labels          `json:"labels"`
		Actions    ActionSet       `json:"actions"`
		GrantedBy  []string        `json:"granted_by,omitempty"`
		MaxDays    int             `json:"max_days,omitempty"`
		Properties []propertyJSON  `json:"properties,omitempty"`
		Gate       ApplicationCode `json:"gate,omitempty"`
		Manages    ApplicationCode `json:"manages,omitempty"`
		FourEyes   bool            `json:"four_eyes,omitempty"`
		Retired    bool            `json:"retired,omitempty"`
	}
	propertyJSON struct {
		Name      string       `json:"name"`
		Labels    Labels       `json:"labels"`
		Kind      PropertyKind `json:"kind"`
		Options   []optionJSON `json:"options,omitempty"`
		Mandatory bool         `json:"mandatory,omitempty"`
		MaxLength int          `json:"max_length,omitempty"`
	}
	optionJSON struct {
		Value  string `json:"value"`
		Labels Labels `json:"labels,omitzero"`
	}
)

// grantorNames are the kinds of manager in JSON, by bit.
var grantorNames = []string{"gap", "co_gap", "access_manager", "managing_role"}

func grantorsJSON(g Grantors) (names []string) {
	for bit, name := range grantorNames {
		if g&(1<<bit) != 0 {
			names = append(names, name)
		}
	}
	return names
}

// MarshalJSON writes the catalogue as [ParseCatalogue] reads it.
func (c *Catalogue) MarshalJSON() ([]byte, error) { return json.Marshal(toJSON(c.apps)) }

func toJSON(apps []Application) catalogueJSON {
	return catalogueJSON{mapped(apps, func(a Application) applicationJSON {
		return applicationJSON{
			Code: a.Code, Domain: a.Domain, Labels: a.Labels,
			Actions: mapped(a.Actions, func(d ActionDefinition) actionJSON { return actionJSON(d) }),
			Roles:   mapped(a.Roles, roleToJSON),
		}
	})}
}

func roleToJSON(r Role) roleJSON {
	return roleJSON{
		Code: r.Code, Labels: r.Labels, Actions: r.Actions, GrantedBy: grantorsJSON(r.GrantedBy), MaxDays: r.MaxDays,
		Properties: mapped(r.Properties, func(p Property) propertyJSON {
			return propertyJSON{
				Name: p.Name, Labels: p.Labels, Kind: p.Kind, Mandatory: p.Mandatory, MaxLength: p.MaxLength,
				Options: mapped(p.Options, func(o Option) optionJSON { return optionJSON(o) }),
			}
		}),
		Gate: r.Gate, Manages: r.Manages, FourEyes: r.FourEyes, Retired: r.Retired,
	}
}

// mapped never returns nil: no roles and an empty list of roles are the same.
func mapped[A, B any](in []A, f func(A) B) []B {
	out := make([]B, len(in))
	for i, a := range in {
		out[i] = f(a)
	}
	return out
}

// contentVersion names a catalogue by what it says, so that two portals with
// the same roles stamp their decisions alike, whatever order they list
// applications, actions, roles, properties and options in.
func contentVersion(apps []Application) string {
	c := toJSON(apps)
	sortBy(c.Applications, func(a applicationJSON) string { return string(a.Code) })
	for _, a := range c.Applications {
		sortBy(a.Actions, func(d actionJSON) string { return string(d.Action) })
		sortBy(a.Roles, func(r roleJSON) string { return string(r.Code) })
		for _, r := range a.Roles {
			sortBy(r.Properties, func(p propertyJSON) string { return p.Name })
			for _, p := range r.Properties {
				sortBy(p.Options, func(o optionJSON) string { return o.Value })
			}
		}
	}
	data, err := json.Marshal(c)
	if err != nil { // strings, numbers and sets of strings always marshal
		panic(err)
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:8])
}

func sortBy[T any](list []T, key func(T) string) {
	slices.SortFunc(list, func(a, b T) int { return cmp.Compare(key(a), key(b)) })
}
