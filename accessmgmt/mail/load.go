package mail

import (
	"embed"
	"errors"
	"fmt"
	htmltemplate "html/template"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"text/template"

	"github.com/egovroles/egovroles/roles"
)

//go:embed templates
var embedded embed.FS

// language is the templates and words of one language.
type language struct {
	code      roles.Language
	templates *template.Template
	labels    map[string]string
}

// load reads the library's templates, and the portal's over them.
func (w *Writer) load(own fs.FS, problems *roles.Problems) {
	library, err := fs.Sub(embedded, "templates")
	if err != nil {
		problems.Add("Templates", roles.ProblemMalformed, err.Error())
		return
	}
	w.languages = map[roles.Language]*language{}
	for _, files := range []fs.FS{library, own} {
		if files == nil {
			continue
		}
		names, err := fs.Glob(files, "*.tmpl")
		if err != nil {
			problems.Add("Templates", roles.ProblemMalformed, err.Error())
		}
		for _, file := range names {
			text, err := fs.ReadFile(files, file)
			if err != nil {
				problems.Add("Templates."+file, roles.ProblemMalformed, err.Error())
				continue
			}
			code := roles.Language(strings.TrimSuffix(path.Base(file), ".tmpl"))
			if w.languages[code] == nil {
				w.languages[code] = &language{code: code, templates: template.New(file)}
			}
			if _, err := w.languages[code].templates.New(file).Parse(string(text)); err != nil {
				problems.Add("Templates."+file, roles.ProblemMalformed, err.Error())
			}
		}
		w.layouts(files, problems)
	}
	for _, l := range w.languages {
		l.check(problems)
	}
}

// layouts reads the frames around the words.
func (w *Writer) layouts(files fs.FS, problems *roles.Problems) {
	if text, err := fs.ReadFile(files, "layout.txt"); err == nil {
		if w.text, err = template.New("layout.txt").Parse(string(text)); err == nil {
			err = w.text.Execute(io.Discard, sample())
		}
		if err != nil {
			problems.Add("Templates.layout.txt", roles.ProblemMalformed, err.Error())
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		problems.Add("Templates.layout.txt", roles.ProblemMalformed, err.Error())
	}
	if text, err := fs.ReadFile(files, "layout.html"); err == nil {
		if w.html, err = htmltemplate.New("layout.html").Parse(string(text)); err == nil {
			err = w.html.Execute(io.Discard, sample())
		}
		if err != nil {
			problems.Add("Templates.layout.html", roles.ProblemMalformed, err.Error())
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		problems.Add("Templates.layout.html", roles.ProblemMalformed, err.Error())
	}
}

func sample() page {
	return page{Sections: []section{{Lead: "x", Next: []string{"x"}, Entries: []entry{{Facts: []fact{{"x", "x"}}, Quotes: []quote{{"x", []string{"x"}}}}}}}}
}

// required are the labels that each language has.
var required = strings.Fields(`colon hello role role_before role_after period_open period unit person office
	expires address by reason message more several sign_in open footer quote_open quote_close months day
	co_gap access_manager domain numbered`)

// check tries each template, with all facts and with none, and looks that each
// label is there.
func (l *language) check(problems *roles.Problems) {
	file := string(l.code) + ".tmpl"
	bad := func(name, why string) { problems.Add("Templates."+file+"."+name, roles.ProblemMalformed, why) }
	l.labels = map[string]string{}
	text, err := l.run("labels", Facts{})
	if err != nil {
		bad("labels", err.Error())
		return
	}
	for line := range strings.SplitSeq(text, "\n") {
		if key, value, found := strings.Cut(line, "="); found {
			l.labels[strings.TrimSpace(key)] = strings.TrimSpace(value)
		}
	}
	for _, key := range required {
		if l.labels[key] == "" {
			bad("labels."+key, "there is no such label")
		}
	}
	if n := len(strings.Fields(l.labels["months"])); n != 12 {
		bad("labels.months", fmt.Sprintf("%d months", n))
	}
	full := Facts{Firm: "x", Enterprise: "x", Number: "x", Person: "x", By: "x", Unit: "x", Expires: "x", Office: "x", Roles: 2, Several: true, Last: true}
	var names []string
	for _, p := range Pairs() {
		if name := p.template(); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for _, name := range names {
		for _, facts := range []Facts{full, {}} {
			if _, err := l.words(name, facts); err != nil {
				bad(name, err.Error())
				break
			}
		}
	}
}

func (l *language) run(name string, facts Facts) (string, error) {
	t := l.templates.Lookup(name)
	if t == nil {
		return "", fmt.Errorf("there is no template %q", name)
	}
	var b strings.Builder
	err := t.Execute(&b, facts)
	return strings.TrimSpace(b.String()), err
}

// worded is what a template says: a subject, what happened, and what to do.
type worded struct {
	subject, lead string
	next          []string
}

func (l *language) words(name string, facts Facts) (worded, error) {
	text, err := l.run(name, facts)
	if err != nil {
		return worded{}, err
	}
	var lines []string
	for line := range strings.SplitSeq(text, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	if len(lines) < 2 {
		return worded{}, errors.New("the first line is the subject, the second says what happened")
	}
	return worded{cut(lines[0], 120), lines[1], lines[2:]}, nil
}
