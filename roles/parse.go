package roles

import "fmt"

// ParseCatalogue reads a catalogue from JSON, as [Catalogue.MarshalJSON] writes
// it:
//
//	{"applications": [{
//	  "code": "calista", "domain": "grants", "labels": {"fr": "CALISTA", "nl": …, "de": …, "en": …},
//	  "actions": [{"action": "read_case", "labels": {"en": "Read cases"}}],
//	  "roles": [{
//	    "code": "calista.reader", "labels": {"en": "Reader"}, "actions": ["read_case"],
//	    "granted_by": ["gap", "co_gap", "access_manager", "managing_role"], "max_days": 365,
//	    "properties": [{"name": "region", "labels": {"en": "Region"}, "kind": "one_of", "mandatory": true,
//	                    "options": [{"value": "north", "labels": {"en": "North"}}]},
//	                   {"name": "note", "labels": {"en": "Note"}, "kind": "text", "max_length": 80}],
//	    "gate": "monespace", "manages": "calista", "four_eyes": true, "retired": true
//	  }]
//	}]}
//
// An application needs "code" and "labels"; a role those and, to allow
// anything, "actions"; a property "name", "labels" and "kind". All else may be
// left out and means what the zero value of its field means. Keys that aren't
// above, keys that are there twice and null are refused.
//
// All that is wrong is told at once, as [Problems] whose fields are paths into
// the document, such as "applications[0].roles[3].actions[1]"; of JSON that
// can't be read at all, the line and column.
func ParseCatalogue(data []byte) (*Catalogue, error) {
	var in reader
	root, err := parseJSON(data)
	if err != nil {
		in.Add("", ProblemMalformed, "not JSON: "+err.Error())
		return nil, fmt.Errorf("roles: catalogue: %w", in.Problems)
	}
	apps := in.catalogue(root)
	c, err := NewCatalogue(apps...)
	if err == nil && len(in.Problems) == 0 {
		return c, nil
	}
	return nil, fmt.Errorf("roles: catalogue: %w", in.with(err))
}
