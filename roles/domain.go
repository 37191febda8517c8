package roles

import "slices"

// Domain returns the domain of a role's application, and "" for a role that
// the catalogue doesn't know.
func (c *Catalogue) Domain(code Code) DomainCode {
	r, ok := c.byCode[code]
	if !ok {
		return ""
	}
	return r.app.InDomain()
}

// Domains returns the domains of the applications, without repeats, in the
// order in which the applications were given.
func (c *Catalogue) Domains() []DomainCode {
	var domains []DomainCode
	for _, app := range c.apps {
		if d := app.InDomain(); !slices.Contains(domains, d) {
			domains = append(domains, d)
		}
	}
	return domains
}

// ApplicationsIn returns the codes of the applications of a domain, in the
// order in which they were given.
func (c *Catalogue) ApplicationsIn(domain DomainCode) []ApplicationCode {
	var codes []ApplicationCode
	for _, app := range c.apps {
		if app.InDomain() == domain {
			codes = append(codes, app.Code)
		}
	}
	return codes
}
