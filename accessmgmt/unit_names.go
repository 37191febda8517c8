package accessmgmt

import (
	"context"
	"slices"
)

// UnitName is what an establishment unit is called: all that is shown of it to
// those who don't manage it. The zero UnitName is none: the whole enterprise.
type UnitName struct {
	Name   string                  `json:"name"`
	Number EstablishmentUnitNumber `json:"unit_number"`
}

// unitNames returns what units of an enterprise are called, closed ones too.
func (s *Service) unitNames(ctx context.Context, enterprise EnterpriseID, ids []UnitID) (map[UnitID]UnitName, error) {
	wanted := map[UnitID]bool{}
	for _, id := range ids {
		wanted[id] = true
	}
	var names map[UnitID]UnitName
	for some := range slices.Chunk(idsIn(wanted), pageSize) {
		found, err := s.store.Units(ctx, enterprise, some)
		if err != nil {
			return nil, err
		}
		for _, u := range found {
			if names == nil {
				names = map[UnitID]UnitName{}
			}
			names[u.ID] = UnitName{u.Name, u.Number}
		}
	}
	return names, nil
}
