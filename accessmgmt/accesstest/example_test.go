package accesstest_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/accessmgmt/accesstest"
	"github.com/egovroles/egovroles/roles"
)

// loggedIn is where the portal's session puts the id of the person at the
// screen.
type loggedIn struct{}

// signPage is a page of a portal: it asks before it signs, and says why not.
func signPage(access *accessmgmt.Service) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		person, _ := r.Context().Value(loggedIn{}).(accessmgmt.PersonID)
		enterprise, err := roles.ParseEnterpriseID(r.FormValue("enterprise"))
		if err != nil {
			http.Error(w, "no such enterprise", http.StatusBadRequest)
			return
		}
		d, err := access.Check(r.Context(), accessmgmt.Question{Person: person, Enterprise: enterprise, Action: roles.Sign})
		switch {
		case err != nil:
			http.Error(w, accessmgmt.Code(err), http.StatusServiceUnavailable)
		case !d.Allowed:
			http.Error(w, string(d.Reason), http.StatusForbidden)
		default:
			_, _ = w.Write([]byte("signed"))
		}
	})
}

// visit opens a page as somebody, and returns what it answers.
func visit(page http.Handler, person accessmgmt.PersonID, url string) (code int, text string) {
	r := httptest.NewRequest(http.MethodPost, url, nil)
	answer := httptest.NewRecorder()
	page.ServeHTTP(answer, r.WithContext(context.WithValue(r.Context(), loggedIn{}, person)))
	return answer.Code, strings.TrimSpace(answer.Body.String())
}

func TestOnlyEditorsSign(t *testing.T) {
	w := accesstest.New(t)
	page, url := signPage(w.Service), "/sign?enterprise="+w.Enterprise.String()
	anne := w.Person("Anne Dubois")
	given := w.Give(anne, roles.Editor) // invited, accepted, approved

	if code, text := visit(page, w.ID(anne), url); code != http.StatusOK {
		t.Errorf("an editor signs: %d %s", code, text)
	}
	w.End(given)
	if code, text := visit(page, w.ID(anne), url); code != http.StatusForbidden || text != "ended" {
		t.Errorf("who was an editor signs no more: %d %s", code, text)
	}
	w.MustDeny(anne, roles.Sign, roles.ReasonEnded)
	w.MustMail(anne, accessmgmt.MessageEnded)
}
