package storagetest

import (
	"fmt"
	"strings"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
)

var commandCases = []testCase{
	{"an answer comes back byte for byte", answersByteForByte},
	{"a long answer comes back byte for byte", longAnswer},
	{"a content comes back, and none when there was none", contents},
}

// answered commits a command with a content and an answer, and returns it as it
// must be read back.
func (s *suite) answered(e accessmgmt.Enterprise, content accessmgmt.Digest, answer string) (accessmgmt.Enterprise, accessmgmt.Command) {
	s.t.Helper()
	c := s.next(e)
	c.Command.Content, c.Command.Answer = content, answer
	s.commit(c)
	want := c.Command
	want.Epoch = c.Enterprise.Epoch
	return c.Enterprise, want
}

func (s *suite) commandComesBack(e accessmgmt.Enterprise, want accessmgmt.Command, why string) {
	s.t.Helper()
	got, err := s.Command(s.ctx, e.ID, want.ID)
	s.ok(err, "a command that committed is found")
	require.Equal(s.t, want.Content, got.Content, why)
	require.True(s.t, want.Answer == got.Answer, "%s: %d bytes were written, %d came back", why, len(want.Answer), len(got.Answer))
	s.same(want, got, why)
}

// answersByteForByte has what a database that understands JSON would write
// another way.
func answersByteForByte(s *suite) {
	e := s.registered()
	var written []accessmgmt.Command
	for n, answer := range []string{
		`{}`, `null`, `[]`, `""`, `0`, "{ \"b\" : 1,\n\t\"a\":2 }  ", `{"a":1,"a":2}`, `[1.0, 1e2, -0, 0.10, 12345678901234567890123]`, `{"z":1,"é":2,"A":3,"a":4}`,
		`"\u00e9 \ud83d\ude00 \/ \u2028"`, "\"é 😀 / \u2028 e\u0301\"", `{"text":"it's 100% _ \\ \" ?1 $1 :a"}`, `["NULL", "true", " x "]`, "[\"\ufffd\uffff\U0010ffff\"]", " [] ", `"` + "\ufeff" + `"`,
	} {
		var want accessmgmt.Command
		e, want = s.answered(e, digest(n), answer)
		written = append(written, want)
	}
	for _, want := range written {
		s.commandComesBack(e, want, fmt.Sprintf("an answer comes back byte for byte, with its spaces, its order and its way to write numbers and letters: %s", want.Answer))
	}
}

// longAnswer is that of a command on ten thousand persons, in letters of four
// bytes.
func longAnswer(s *suite) {
	e := s.registered()
	var written []accessmgmt.Command
	for _, size := range []int{70_000, 1 << 20} { // beyond 64 KiB, and 1 MiB
		letter := "𝔄"
		var want accessmgmt.Command
		e, want = s.answered(e, digest(size), `{"long":"`+strings.Repeat(letter, size/len(letter))+`"}`)
		written = append(written, want)
	}
	for _, want := range written {
		s.commandComesBack(e, want, "an answer comes back byte for byte, however long it is")
	}
}

func contents(s *suite) {
	e := s.registered()
	var all accessmgmt.Digest
	for i := range all {
		all[i] = 0xff
	}
	var written []accessmgmt.Command
	for _, content := range []accessmgmt.Digest{digest("content"), {}, all, {31: 1}, {0: 1}, {0: 39, 1: 92}} {
		for _, answer := range []string{"", `{"a":1}`} {
			var want accessmgmt.Command
			e, want = s.answered(e, content, answer)
			written = append(written, want)
		}
	}
	for _, want := range written {
		s.commandComesBack(e, want, "a content comes back as it was, and none where there was none")
	}

	other := s.register()
	other.Command.ID, other.Command.Content, other.Command.Answer = written[0].ID, digest("theirs"), `"theirs"`
	s.commit(other)
	s.commandComesBack(e, written[0], "a command id is unique in its enterprise; what another answered under it isn't seen")
	again := s.next(e)
	again.Command.ID, again.Command.Content, again.Command.Answer = written[0].ID, digest("again"), `"again"`
	s.fails(s.Commit(s.ctx, again), accessmgmt.ErrRepeated, "a command id that the enterprise has is ErrRepeated, whatever its content")
	s.commandComesBack(e, written[0], "what was answered first stays")
}
