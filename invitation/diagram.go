package invitation

import (
	"fmt"
	"iter"
	"strings"
)

// Diagram returns the two machines as Mermaid state diagrams in Markdown,
// written from the transition tables and always the same. WORKFLOW.md is its
// output.
func Diagram() string {
	var b strings.Builder
	b.WriteString("# The workflow\n\nGenerated from the transition tables of package invitation by `Diagram`; a test holds the two together.\n")
	b.WriteString("Written anew by `go test ./invitation -run TestWorkflow -update`.\n")
	b.WriteString("The clock takes the steps in parentheses; the states they lead to, in italics below, are never stored.\n")
	writeMachine(&b, "Recipient", string(Invited), RecipientStates(), RecipientTransitions(), map[RecipientState]clockStep[RecipientState]{
		Expired: {From: Invited, When: "the last day is over"},
	})
	writeMachine(&b, "Request", string(Pending), RequestStates(), RequestTransitions(), map[RequestState]clockStep[RequestState]{
		Lapsed: {From: Pending, When: "nobody decided in time"},
	})
	return b.String()
}

// clockStep is a step that the clock takes by itself.
type clockStep[S ~string] struct {
	From S
	When string
}

func writeMachine[S, E ~string](b *strings.Builder, title, first string, states []S, table iter.Seq[Transition[S, E]], clock map[S]clockStep[S]) {
	fmt.Fprintf(b, "\n## %s\n\n```mermaid\nstateDiagram-v2\n    [*] --> %s\n", title, first)
	leaves := map[S]bool{}
	for t := range table {
		fmt.Fprintf(b, "    %s --> %s: %s\n", t.From, t.To, t.On)
		leaves[t.From] = true
	}
	for _, s := range states {
		if step, ok := clock[s]; ok {
			fmt.Fprintf(b, "    %s --> %s: (%s)\n", step.From, s, step.When)
		}
	}
	for _, s := range states {
		if !leaves[s] {
			fmt.Fprintf(b, "    %s --> [*]\n", s)
		}
	}
	b.WriteString("```\n\n| in state | event | leads to |\n|---|---|---|\n")
	for t := range table {
		from := string(t.From)
		if _, computed := clock[t.From]; computed {
			from = "*" + from + "*"
		}
		fmt.Fprintf(b, "| %s | %s | %s |\n", from, t.On, t.To)
	}
}
