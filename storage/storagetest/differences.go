package storagetest

import (
	"fmt"
	"reflect"
	"strings"
	"time"
)

// equal compares rows, with empty slices and maps as good as nil.
func equal(want, got any) bool {
	return reflect.DeepEqual(withoutEmpties(want), withoutEmpties(got))
}

// mostDifferences is how many are told; a broken adapter differs everywhere.
const mostDifferences = 12

// differences lists the fields in which two values differ, each with both
// values: rows in full would be pages of it.
func differences(want, got any) string {
	var lines []string
	wanted, have := leaves(want), leaves(got)
	for _, l := range wanted.list {
		if is, ok := have.at[l]; !ok {
			lines = append(lines, fmt.Sprintf("  %s: want %s, and it isn't there", l, wanted.at[l]))
		} else if is != wanted.at[l] {
			lines = append(lines, fmt.Sprintf("  %s: want %s, got %s", l, wanted.at[l], is))
		}
	}
	for _, l := range have.list {
		if _, ok := wanted.at[l]; !ok {
			lines = append(lines, fmt.Sprintf("  %s: got %s, which shouldn't be there", l, have.at[l]))
		}
	}
	switch {
	case len(lines) == 0:
		return fmt.Sprintf("  want %#v\n  got  %#v", want, got)
	case len(lines) > mostDifferences:
		more := len(lines) - mostDifferences
		lines = append(lines[:mostDifferences], fmt.Sprintf("  and %d more", more))
	}
	return strings.Join(lines, "\n")
}

// flat is a value taken apart: each leaf's text by its path, and the paths in
// order.
type flat struct {
	at   map[string]string
	list []string
}

func leaves(v any) flat {
	f := flat{at: map[string]string{}}
	walk("", reflect.ValueOf(&v), func(path string, leaf reflect.Value) {
		if path == "" {
			path = "it"
		}
		f.at[path] = describe(leaf)
		f.list = append(f.list, path)
	})
	return f
}

func describe(v reflect.Value) string {
	switch x := v.Interface().(type) {
	case time.Time:
		return fmt.Sprintf("%s in %s", x.Format(time.RFC3339Nano), x.Location())
	case fmt.Stringer:
		return x.String()
	}
	switch v.Kind() {
	case reflect.String:
		return fmt.Sprintf("%+q", v.String())
	case reflect.Slice, reflect.Map:
		if v.Len() == 0 {
			return "nothing"
		}
	}
	return fmt.Sprintf("%v", v.Interface())
}
