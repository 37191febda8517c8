package main

import (
	"errors"
	"os"
)

// floor returns what a commit can't be faster than: one page written over in a
// file and made durable. Disks of shared machines move by tens of times within
// an hour, so it is measured in the rounds of the figure beside it.
func floor() (disk side, done func(), err error) {
	f, err := os.CreateTemp("", "egovroles-floor-*")
	if err != nil {
		return nil, nil, err
	}
	done = func() {
		_ = f.Close()
		_ = os.Remove(f.Name())
	}
	page := make([]byte, 8192)
	if _, err := f.WriteAt(page, 0); err != nil {
		done()
		return nil, nil, err
	}
	return func(n int) (func() error, error) {
		page[0] = byte(n)
		return func() error {
			_, err := f.WriteAt(page, 0)
			return errors.Join(err, dataSync(f))
		}, nil
	}, done, nil
}
