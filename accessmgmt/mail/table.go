package mail

import "github.com/egovroles/egovroles/accessmgmt"

// Pair is a message and in what quality somebody gets it.
type Pair struct {
	Event accessmgmt.MessageEvent
	As    accessmgmt.AddresseeKind
	// Again: the invitation was sent before.
	Again bool
}

const managers = "managers" // who reads about others: one wording for all

var toManagers = []accessmgmt.AddresseeKind{accessmgmt.ToGAP, accessmgmt.ToContact, accessmgmt.ToManager}

// table says which template words a message for whom.
var table = []struct {
	event accessmgmt.MessageEvent
	to    map[string][]accessmgmt.AddresseeKind // by the reader in the template's name
}{
	{accessmgmt.MessageGAPDesignated, readers("gap", accessmgmt.ToGAP, managers, accessmgmt.ToContact, accessmgmt.ToRepresentative)},
	{accessmgmt.MessageGAPReplaced, readers("former_gap", accessmgmt.ToFormerGAP, managers, accessmgmt.ToContact)},
	{accessmgmt.MessageGAPResigned, readers(managers, accessmgmt.ToContact)},
	{accessmgmt.MessageGAPVacated, readers("former_gap", accessmgmt.ToFormerGAP, managers, accessmgmt.ToContact)},
	{accessmgmt.MessageGAPRequested, readers("candidate", accessmgmt.ToCandidate, managers, accessmgmt.ToContact)},
	{accessmgmt.MessageGAPRefused, readers("candidate", accessmgmt.ToCandidate)},
	{accessmgmt.MessageInvitation, readers("user", accessmgmt.ToUser)},
	{accessmgmt.MessageReminder, readers("user", accessmgmt.ToUser)},
	{accessmgmt.MessageRevoked, readers("user", accessmgmt.ToUser)},
	{accessmgmt.MessageExpired, both()},
	{accessmgmt.MessageAccepted, only()},
	{accessmgmt.MessageAddressDiffers, readers("user", accessmgmt.ToUser)},
	{accessmgmt.MessageDeclined, readers(managers, accessmgmt.ToGAP, accessmgmt.ToContact)},
	{accessmgmt.MessageApproved, decided()},
	{accessmgmt.MessageRefused, readers("user", accessmgmt.ToUser)},
	{accessmgmt.MessageWithdrawn, readers(managers, accessmgmt.ToGAP, accessmgmt.ToContact)},
	{accessmgmt.MessageSecondApproval, only()},
	{accessmgmt.MessageLapsing, only()},
	{accessmgmt.MessageLapsed, both()},
	{accessmgmt.MessageAssigned, decided()},
	{accessmgmt.MessageReplaced, decided()},
	{accessmgmt.MessageExtended, decided()},
	{accessmgmt.MessageEnded, decided()},
	{accessmgmt.MessageGivenBack, decided()},
	{accessmgmt.MessageEnding, both()},
	{accessmgmt.MessageOver, both()},
	{accessmgmt.MessageManagerNamed, office()},
	{accessmgmt.MessageManagerRemoved, office()},
	{accessmgmt.MessageManagerEnding, office()},
	{accessmgmt.MessageLastManager, only()},
	{accessmgmt.MessageSuspended, only()},
	{accessmgmt.MessageResumed, only()},
	{accessmgmt.MessageUnitClosed, both()},
	{accessmgmt.MessageUnitAdded, only()},
}

// readers takes names of readers, each followed by the kinds that it is for.
func readers(all ...any) map[string][]accessmgmt.AddresseeKind {
	m := map[string][]accessmgmt.AddresseeKind{}
	name := ""
	for _, one := range all {
		switch one := one.(type) {
		case string:
			name = one
		case accessmgmt.AddresseeKind:
			m[name] = append(m[name], one)
		}
	}
	return m
}

func only() map[string][]accessmgmt.AddresseeKind {
	return map[string][]accessmgmt.AddresseeKind{managers: toManagers}
}

func both() map[string][]accessmgmt.AddresseeKind {
	return map[string][]accessmgmt.AddresseeKind{"user": {accessmgmt.ToUser}, managers: toManagers}
}

func decided() map[string][]accessmgmt.AddresseeKind {
	return readers("user", accessmgmt.ToUser, managers, accessmgmt.ToGAP, accessmgmt.ToContact)
}

func office() map[string][]accessmgmt.AddresseeKind {
	return readers("manager", accessmgmt.ToManager, managers, accessmgmt.ToGAP, accessmgmt.ToContact)
}

// Pairs returns every message that the service sends, to whom, in a fixed order.
func Pairs() []Pair {
	var all []Pair
	for _, row := range table {
		for _, as := range []accessmgmt.AddresseeKind{accessmgmt.ToUser, accessmgmt.ToCandidate, accessmgmt.ToGAP, accessmgmt.ToFormerGAP,
			accessmgmt.ToRepresentative, accessmgmt.ToManager, accessmgmt.ToContact} {
			if (Pair{Event: row.event, As: as}).template() == "" {
				continue
			}
			all = append(all, Pair{Event: row.event, As: as})
			if row.event == accessmgmt.MessageInvitation {
				all = append(all, Pair{row.event, as, true})
			}
		}
	}
	return all
}

// template names the template of a pair; empty: there is no such message.
func (p Pair) template() string {
	for _, row := range table {
		for reader, kinds := range row.to {
			for _, kind := range kinds {
				if row.event == p.Event && kind == p.As {
					if p.Again {
						return "resent." + reader
					}
					return string(p.Event) + "." + reader
				}
			}
		}
	}
	return ""
}
