package storage

import "github.com/egovroles/egovroles/accessmgmt"

// Store is the contract an adapter keeps; see [accessmgmt.Store], which stands
// beside its consumer.
type Store = accessmgmt.Store
