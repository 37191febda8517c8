package accesstest

import (
	"sync"
	"time"

	"github.com/egovroles/egovroles/roles"
)

// Clock is the time of a world. It stands still until it is moved, and may be
// moved back.
type Clock struct {
	mu       sync.Mutex
	now      time.Time
	location *time.Location
}

// Now returns the time, for [accessmgmt.Options] and for the portal's own code.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Set moves the time to an instant.
func (c *Clock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = t
}

// Advance moves the time on.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// SetDay moves the time to the first instant of a day, in the policy's zone,
// which is Brussels unless it says otherwise: when roles start, and when those
// whose last day was the one before are over.
func (c *Clock) SetDay(d roles.Date) { c.Set(d.Start(c.location)) }

// NextDay moves the time to the first instant of the next day.
func (c *Clock) NextDay() { c.SetDay(roles.DateOf(c.Now(), c.location).AddDays(1)) }

// Today returns the civil date that the clock shows, in the policy's zone.
func (w *World) Today() roles.Date { return w.Day(0) }

// Day returns the date some days from today, before it when n is negative.
func (w *World) Day(n int) roles.Date { return roles.DateOf(w.Clock.Now(), w.location).AddDays(n) }
