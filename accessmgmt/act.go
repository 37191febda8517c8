package accessmgmt

// Act is something an actor may ask of the service, as a stable word.
type Act string

// The commands.
const (
	ActDesignateGAP Act = "designate_gap"
	ActResignGAP    Act = "resign_gap"
	ActVacateGAP    Act = "vacate_gap"
	ActInvite       Act = "invite"
	ActResend       Act = "resend"
	ActRevoke       Act = "revoke"
	ActAccept       Act = "accept"
	ActDecline      Act = "decline"
	ActApprove      Act = "approve"
	ActRefuse       Act = "refuse"
	ActWithdraw     Act = "withdraw"
	ActAssign       Act = "assign"
	ActReplace      Act = "replace"
	ActEnd          Act = "end"

	ActExtend       Act = "extend"
	ActGiveBack     Act = "give_back"
	ActEndAll       Act = "end_all"
	ActSaveTemplate Act = "save_template"
	ActEditTemplate Act = "edit_template" // rename or retire

	ActNameManager   Act = "name_manager" // a co-GAP or an access manager
	ActRemoveManager Act = "remove_manager"
	ActRequestGAP    Act = "request_gap" // the exceptional procedure
	ActDecideGAP     Act = "decide_gap"

	ActAddUnit   Act = "add_unit"
	ActCloseUnit Act = "close_unit"
	ActMoveUnit  Act = "move_unit"
	ActSuspend   Act = "suspend"
	ActResume    Act = "resume"

	ActErasePerson  Act = "erase_person"
	ActExportPerson Act = "export_person"
)

// The questions. Those that the portal asks on its own account (check to
// persons_who) have no actor.
const (
	ActInspect      Act = "inspect"
	ActTasks        Act = "tasks"
	ActInvitations  Act = "invitations"
	ActAssignments  Act = "assignments"
	ActIdentify     Act = "identify"
	ActCapabilities Act = "capabilities"
	ActWhoIsMyGAP   Act = "who_is_my_gap"
	ActOffices      Act = "offices"
	ActManagers     Act = "managers"
	ActTemplates    Act = "templates"
	ActUnits        Act = "units"
	ActFindPersons  Act = "find_persons"
	ActCandidacies  Act = "candidacies"
	ActAudit        Act = "audit"
	ActCheck        Act = "check"
	ActExplain      Act = "explain"
	ActActionsOf    Act = "actions_of"
	ActRolesOf      Act = "roles_of"
	ActEnterprises  Act = "enterprises_of"
	ActPersonsWho   Act = "persons_who"
	ActDispatch     Act = "dispatch"
	ActOutbox       Act = "outbox"

	// Of the mails that were set aside, for staff.
	ActDeadMails   Act = "dead_mails"
	ActRetryMails  Act = "retry_mails"
	ActDropMails   Act = "drop_mails"
	ActForgetMails Act = "forget_mails"
	ActSweep       Act = "sweep"
)
