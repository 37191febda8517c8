package storagetest

import "sync"

// atOnce runs n functions at the same time, each starting only when all are
// ready, and returns their errors.
func atOnce(n int, run func(i int) error) []error {
	errs := make([]error, n)
	start := make(chan struct{})
	var ready, done sync.WaitGroup
	for i := range n {
		ready.Add(1)
		done.Add(1)
		go func() {
			defer done.Done()
			ready.Done()
			<-start
			errs[i] = run(i)
		}()
	}
	ready.Wait()
	close(start)
	done.Wait()
	return errs
}

// allOK wants no errors from what ran at once.
func (s *suite) allOK(errs []error, why string) {
	s.t.Helper()
	for _, err := range errs {
		s.ok(err, why)
	}
}
