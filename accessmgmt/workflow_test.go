package accessmgmt_test

import (
	"testing"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/internal/workflowtest"
	"github.com/egovroles/egovroles/storage/memory"
)

func TestWorkflowOnMemory(t *testing.T) {
	t.Parallel()
	workflowtest.Run(t, func(testing.TB) accessmgmt.Store { return memory.New() })
}

func TestRacesCanFail(t *testing.T) {
	t.Parallel()
	workflowtest.RacesCanFail(t, func(testing.TB) accessmgmt.Store { return memory.New() })
}
