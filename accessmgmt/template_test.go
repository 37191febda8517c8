package accessmgmt

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// Invite saves a template too, with SaveAs, and asks for leave to invite alone.
func TestWhoMayInviteMaySave(t *testing.T) {
	t.Parallel()
	assert.Equal(t, permissions[ActSaveTemplate], permissions[ActInvite])
	assert.Equal(t, gives[ActSaveTemplate], gives[ActInvite])
}
