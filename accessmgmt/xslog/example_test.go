package xslog_test

import (
	"log/slog"
	"os"

	slogx "golang.org/x/exp/slog"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/accessmgmt/xslog"
)

// A portal's logger of x/exp/slog, and the options that take a standard one.
func ExampleLogger() {
	portal := slogx.New(slogx.NewTextHandler(os.Stdout, &slogx.HandlerOptions{ReplaceAttr: withoutTime})).With("app", "portal")

	options := accessmgmt.Options{Logger: xslog.Logger(portal)}

	options.Logger.WithGroup("access").Info("committed", "act", accessmgmt.ActInvite, slog.Group("to", "epoch", 7))
	// Output: level=INFO msg=committed app=portal access.act=invite access.to.epoch=7
}

func withoutTime(groups []string, a slogx.Attr) slogx.Attr {
	if len(groups) == 0 && a.Key == slogx.TimeKey {
		return slogx.Attr{}
	}
	return a
}
