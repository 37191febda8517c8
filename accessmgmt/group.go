package accessmgmt

import "slices"

// MaxMessageItems is how many things one message lists; further ones are counted
// in [Item.More]. A bulk of 10,000 would otherwise be a mail that no one reads
// and many servers refuse.
const MaxMessageItems = 100

// grouped makes one message of all that a commit tells one addressee, in the
// order it was told. What hangs on one invitation stands alone: it carries a
// link, or isn't sent when the invitation's mail never was. So does what a
// candidate is told, who knows nothing of the enterprise.
func grouped(messages []Message) []Message {
	all := make([]Message, 0, len(messages))
	to := map[string][]int{} // by address
	for _, m := range messages {
		if !m.Recipient.IsZero() || m.To.Kind == ToCandidate {
			all = append(all, m)
			continue
		}
		key := m.To.Email.Key()
		if i := slices.IndexFunc(to[key], func(i int) bool { return sameAddressee(all[i].To, m.To) }); i >= 0 {
			all[to[key][i]] = joined(all[to[key][i]], m)
			continue
		}
		to[key] = append(to[key], len(all))
		all = append(all, m)
	}
	return all
}

// sameAddressee reports whether two of one address are one reader: the same
// person, or the office's contact address and a manager who gave it as his own.
// A user isn't: what he previews would tell him the office's address.
func sameAddressee(a, b Addressee) bool {
	office := func(one, other Addressee) bool { return one.Kind == ToContact && other.Kind != ToUser }
	return a.Person == b.Person && a.Name == b.Name || office(a, b) || office(b, a)
}

// joined adds what one message tells to another. That of a person goes before
// that of the contact address: it has his name and language.
func joined(m, next Message) Message {
	if m.To.Kind == ToContact && next.To.Kind != ToContact {
		next.ID, m, next = m.ID, next, m
	}
	for _, item := range items(next.Event, next.To.Kind, next.Data, next.Also) {
		own := map[string]string{}
		for k, v := range item.Data {
			if k != DataEnterprise && k != DataEnterpriseNumber {
				own[k] = v
			}
		}
		item.Data = filled(own)
		if len(m.Also) < MaxMessageItems-1 {
			m.Also = append(m.Also, item)
			continue
		}
		m.count(item)
	}
	return m
}

// count counts what there is no room for with the last of its kind, or beside
// the others when none of its kind is listed.
func (m *Message) count(item Item) {
	for i := range slices.Backward(m.Also) {
		if m.Also[i].Event == item.Event && m.Also[i].As == item.As {
			m.Also[i].More += 1 + item.More
			return
		}
	}
	m.Also = append(m.Also, Item{Event: item.Event, As: item.As, More: 1 + item.More})
}

func items(event MessageEvent, as AddresseeKind, data map[string]string, also []Item) []Item {
	return append([]Item{{Event: event, As: as, Data: data}}, also...)
}
