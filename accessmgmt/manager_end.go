package accessmgmt

// removeManager ends a term of office from now on; one that has yet to begin
// never begins. Both the one who leaves and the GAP are told.
func (w *work) removeManager(term Manager, reason string) (Manager, error) {
	term.EndedAt, term.EndedBy, term.Reason = w.now, w.who.person.ID, reason
	term.Version++
	w.changes.Managers = append(w.changes.Managers, term)
	err := w.record(event{event: EventManagerRemoved, person: term.Person, object: "manager", objectID: term.ID.UUID,
		data: map[string]string{"kind": string(term.Kind), "domain": string(term.Domain)}, details: map[string]string{"reason": reason}})
	if err != nil {
		return term, err
	}
	m, _, err := w.member(term.Person)
	if err != nil {
		return term, err
	}
	to, err := w.managers()
	if err != nil {
		return term, err
	}
	w.tellEach(MessageManagerRemoved, append([]Addressee{m.addressee(ToManager)}, to...), map[string]string{DataPerson: m.Name(), DataReason: reason})
	return term, nil
}
