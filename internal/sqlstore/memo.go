package sqlstore

import "sync"

// memo remembers what texts parse to. An address or a number of an enterprise
// takes as long to parse as a tenth of the query that reads it.
type memo[T any] struct {
	parse func(string) (T, error)
	mu    sync.RWMutex
	known map[string]T
}

// bound is how many texts a memo holds before it starts anew.
const bound = 4096

func (m *memo[T]) of(text string) (T, error) {
	m.mu.RLock()
	v, ok := m.known[text]
	m.mu.RUnlock()
	if ok {
		return v, nil
	}
	var err error
	if text != "" { // "" is the zero value, which nothing parses to
		v, err = m.parse(text)
	}
	if err != nil {
		return v, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.known == nil || len(m.known) >= bound {
		m.known = make(map[string]T)
	}
	m.known[text] = v
	return v, nil
}
