module github.com/egovroles/egovroles/accessmgmt/smtpmail

go 1.25.0

require (
	github.com/egovroles/egovroles v0.0.0
	github.com/stretchr/testify v1.11.1
	github.com/wneessen/go-mail v0.8.1
)

require (
	github.com/davecgh/go-spew v1.1.1 // indirect
	github.com/google/uuid v1.6.0 // indirect
	github.com/pmezard/go-difflib v1.0.0 // indirect
	golang.org/x/crypto v0.54.0 // indirect
	golang.org/x/net v0.56.0 // indirect
	golang.org/x/text v0.40.0 // indirect
	gopkg.in/yaml.v3 v3.0.1 // indirect
)

replace github.com/egovroles/egovroles => ../..
