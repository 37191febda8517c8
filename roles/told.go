package roles

// Told is how far people were told that something comes to its end by itself: an
// invitation, a request, a role, an office. It decides nothing; it keeps them
// from being told twice.
type Told int

// The steps. Whoever gets another end has been told of nothing again.
const (
	ToldNothing Told = iota
	ToldSoon         // that it ends soon
	ToldOver         // that it is over
)
