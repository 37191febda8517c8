package storagetest

import (
	"bytes"
	"fmt"
	"reflect"
	"time"

	"github.com/egovroles/egovroles/roles"
)

// The functions below walk through rows by reflection, so that a field added
// to a row tomorrow is tested without anybody remembering to.

// leaf reports whether a value is looked at as a whole: anything but structs
// with exported fields, slices of more than bytes, and maps. A date is one.
func leaf(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[roles.Date]() {
			return true
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				return false
			}
		}
		return true // as time.Time, Email and Period are
	case reflect.Slice:
		return v.Type().Elem().Kind() == reflect.Uint8
	case reflect.Map, reflect.Pointer, reflect.Interface:
		return false
	default:
		return true
	}
}

// walk calls visit with every leaf below v, addressable when v is, and with
// every slice and map that is empty.
func walk(path string, v reflect.Value, visit func(path string, v reflect.Value)) {
	switch {
	case leaf(v):
		visit(path, v)
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				walk(path+"."+f.Name, v.Field(i), visit)
			}
		}
	case v.Kind() == reflect.Slice && v.Len() > 0:
		for i := range v.Len() {
			walk(fmt.Sprintf("%s[%d]", path, i), v.Index(i), visit)
		}
	case v.Kind() == reflect.Map && v.Len() > 0:
		for _, key := range v.MapKeys() {
			walk(fmt.Sprintf("%s[%v]", path, key), v.MapIndex(key), visit)
		}
	case (v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface) && !v.IsNil():
		walk(path, v.Elem(), visit)
	default:
		visit(path, v)
	}
}

// zeroFields returns the paths of everything in v that says nothing.
func zeroFields(v any) []string {
	var zero []string
	walk("", reflect.ValueOf(v), func(path string, f reflect.Value) {
		if f.IsZero() || f.Kind() == reflect.Slice && f.Len() == 0 {
			zero = append(zero, path)
		}
	})
	return zero
}

// equalFields returns the paths of the leaves that say something and are alike
// in two values of one type.
func equalFields(a, b any) []string {
	there := map[string]any{}
	walk("", reflect.ValueOf(a), func(path string, f reflect.Value) { there[path] = f.Interface() })
	var alike []string
	walk("", reflect.ValueOf(b), func(path string, f reflect.Value) {
		if was, ok := there[path]; ok && !f.IsZero() && reflect.DeepEqual(was, f.Interface()) {
			alike = append(alike, path)
		}
	})
	return alike
}

// eachInstant changes every instant below the pointer p.
func eachInstant(p any, change func(path string, at time.Time) time.Time) {
	walk("", reflect.ValueOf(p), func(path string, f reflect.Value) {
		if at, ok := f.Interface().(time.Time); ok {
			f.Set(reflect.ValueOf(change(path, at)))
		}
	})
}

// eachText changes every free text below the pointer p. Codes and states have
// types of their own, and so are left alone.
func eachText(p any, change func(path, text string) string) {
	walk("", reflect.ValueOf(p), func(path string, f reflect.Value) {
		if f.Type() == reflect.TypeFor[string]() && f.CanSet() {
			f.SetString(change(path, f.String()))
		}
	})
}

// withoutEmpties returns a copy of v in which nil stands for every empty slice
// and map.
func withoutEmpties(v any) any {
	if v == nil {
		return nil
	}
	return plain(reflect.ValueOf(v)).Interface()
}

func plain(v reflect.Value) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	switch {
	case v.Kind() == reflect.Slice && v.Len() > 0 && !leaf(v):
		out.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
		for i := range v.Len() {
			out.Index(i).Set(plain(v.Index(i)))
		}
	case v.Kind() == reflect.Map && v.Len() > 0:
		out.Set(reflect.MakeMap(v.Type()))
		for _, key := range v.MapKeys() {
			out.SetMapIndex(key, plain(v.MapIndex(key)))
		}
	case v.Kind() == reflect.Interface && !v.IsNil():
		out.Set(plain(v.Elem()))
	case (v.Kind() == reflect.Slice || v.Kind() == reflect.Map) && v.Len() == 0: // stays nil
	case v.Kind() == reflect.Slice: // of bytes
		out.SetBytes(bytes.Clone(v.Bytes()))
	case v.Kind() == reflect.Struct && !leaf(v):
		out.Set(v) // for what isn't exported
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				out.Field(i).Set(plain(v.Field(i)))
			}
		}
	default:
		out.Set(v)
	}
	return out
}

// scribble overwrites everything that v shares with whoever else holds it: the
// elements of slices, the entries of maps.
func scribble(v any) { scribbleOn(reflect.ValueOf(v)) }

func scribbleOn(v reflect.Value) {
	switch v.Kind() {
	case reflect.Slice:
		for i := range v.Len() {
			scribbleOn(v.Index(i))
			v.Index(i).SetZero()
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			v.SetMapIndex(key, reflect.Zero(v.Type().Elem()))
		}
		if v.Type().Key().Kind() == reflect.String && !v.IsNil() {
			v.SetMapIndex(reflect.ValueOf("scribble").Convert(v.Type().Key()), reflect.Zero(v.Type().Elem()))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				scribbleOn(v.Field(i))
			}
		}
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			scribbleOn(v.Elem())
		}
	}
}
