module github.com/egovroles/egovroles/internal/verify

go 1.26.0

require (
	github.com/egovroles/egovroles v0.0.0
	modernc.org/sqlite v1.60.0
	github.com/stretchr/testify v1.11.1
	pgregory.net/rapid v1.3.0
)

replace github.com/egovroles/egovroles => ../..
