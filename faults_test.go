package egovroles_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestFaultsAreHeld holds accessmgmt/FAULTS.md to the tests it names: each row
// names a test that is there, or says why the fault can't occur or isn't held.
func TestFaultsAreHeld(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("accessmgmt/FAULTS.md")
	require.NoError(t, err)
	reference := regexp.MustCompile("`([a-z/_]+\\.go)`((?: ?,? ?(?:\"[^\"]+\"|(?:Test|Fuzz)[A-Za-z0-9]+))+)")
	name := regexp.MustCompile(`"[^"]+"|(?:Test|Fuzz)[A-Za-z0-9]+`)
	rows := 0
	for line := range strings.Lines(string(page)) {
		if !strings.HasPrefix(line, "| c-") {
			continue
		}
		rows++
		number := strings.TrimSpace(strings.Split(line, "|")[1])
		held := strings.Split(line, "|")[3]
		found := reference.FindAllStringSubmatch(held, -1)
		excused := strings.Contains(held, "cannot occur") || strings.Contains(held, "not held yet") || strings.Contains(held, "not offered")
		assert.True(t, len(found) > 0 || excused, "%s names no test and no reason", number)
		for _, ref := range found {
			source, err := os.ReadFile(ref[1])
			if !assert.NoError(t, err, number) {
				continue
			}
			for _, n := range name.FindAllString(ref[2], -1) {
				if !strings.HasPrefix(n, `"`) {
					n = "func " + n + "("
				} else {
					n = strings.Trim(n, `"`)
				}
				assert.Contains(t, string(source), n, "%s: %s", number, ref[1])
			}
		}
	}
	assert.Equal(t, 43+3, rows, "c-1 to c-43, with c-7b to c-7d")
}
