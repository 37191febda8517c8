package smtpmail

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	netmail "net/mail"
	"sync"
	"time"

	"github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"

	letter "github.com/egovroles/egovroles/accessmgmt/mail"
)

// Encryption is how the connection is encrypted.
type Encryption string

// The ways. The zero Encryption is StartTLS.
const (
	StartTLS  Encryption = "starttls"  // a server that doesn't offer it gets nothing
	Implicit  Encryption = "implicit"  // from the first byte, usually on port 465
	Plaintext Encryption = "plaintext" // not at all: for a relay on the own machine
)

// Config is what a [Mailer] needs. Host is required.
type Config struct {
	// Host is the server's name, which its certificate must be for.
	Host string
	// Port defaults to 587 with StartTLS, 465 with Implicit, 25 with Plaintext.
	Port       int
	Encryption Encryption
	// TLS is for a server whose certificate the machine doesn't trust, or that
	// wants one of the client. Defaults to the machine's roots and TLS 1.2.
	TLS *tls.Config
	// Username and Password log in, in the strongest way that the server offers.
	// Defaults to no login; with Plaintext there is none.
	Username string
	Password string
	// EnvelopeFrom is whom the servers tell what can't be delivered. Defaults to
	// whom the mail is from.
	EnvelopeFrom string
	// ReplyTo is where an answer goes. Defaults to whom the mail is from.
	ReplyTo string
	// Hello is how this machine names itself. Defaults to its host name.
	Hello string
	// Timeout is how long a connection may take to be made, and one mail at most.
	// Defaults to 30 seconds.
	Timeout time.Duration
	// Idle is how long a connection is kept for the next mail, and Connections how
	// many. Defaults to 10 seconds and 2.
	Idle        time.Duration
	Connections int
	// Sign changes each mail before it is sent: SetDKIM and SignWithTLSCertificate
	// of [mail.Msg] sign it by DKIM and S/MIME. An error is permanent for the mail.
	// Defaults to nothing.
	Sign func(*mail.Msg) error
	// Now is the clock by which connections are idle. Defaults to time.Now.
	Now func() time.Time
}

// Mailer is a [letter.Transport] that sends mails. It may be used from any number
// of goroutines; each mail has a connection to itself.
type Mailer struct {
	config   Config
	envelope *netmail.Address // nil: whom the mail is from
	replyTo  *netmail.Address // nil: the same
	client   *mail.Client

	mu     sync.Mutex
	closed bool
	idle   []connection
}

var _ letter.Transport = (*Mailer)(nil)

// connection is one to the server. since is when it began to wait for the next
// mail. raw is what it goes over: the client waits for an answer before it lets
// itself be closed. It is nil with Implicit, where the library dials.
type connection struct {
	*smtp.Client
	raw   net.Conn
	since time.Time
}

// cut ends a connection at once, whoever waits on it.
func (c connection) cut() {
	if c.raw != nil {
		_ = c.raw.Close()
		return
	}
	_ = c.Close()
}

// dialled is the key of where a context has the connection that was dialled.
type dialled struct{}

func dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
	if into, ok := ctx.Value(dialled{}).(*net.Conn); ok {
		*into = conn
	}
	return conn, err
}

// New returns a mailer, or says what is wrong with its configuration. It connects
// to nothing yet.
func New(c Config) (*Mailer, error) {
	m := &Mailer{config: c}
	var err error
	if c.EnvelopeFrom != "" {
		if m.envelope, err = netmail.ParseAddress(c.EnvelopeFrom); err != nil {
			return nil, errors.New("smtpmail: EnvelopeFrom is no address")
		}
	}
	if c.ReplyTo != "" {
		if m.replyTo, err = netmail.ParseAddress(c.ReplyTo); err != nil {
			return nil, errors.New("smtpmail: ReplyTo is no address")
		}
	}
	m.defaults()
	options, err := m.options()
	if err != nil {
		return nil, err
	}
	if m.client, err = mail.NewClient(c.Host, options...); err != nil {
		return nil, errors.New("smtpmail: the configuration can't be used: " + err.Error())
	}
	return m, nil
}

func (m *Mailer) defaults() {
	c := &m.config
	if c.Encryption == "" {
		c.Encryption = StartTLS
	}
	if c.Port == 0 {
		c.Port = map[Encryption]int{StartTLS: 587, Implicit: 465, Plaintext: 25}[c.Encryption]
	}
	if c.Timeout == 0 {
		c.Timeout = 30 * time.Second
	}
	if c.Idle == 0 {
		c.Idle = 10 * time.Second
	}
	if c.Connections == 0 {
		c.Connections = 2
	}
	if c.Now == nil {
		c.Now = time.Now //nolint:forbidigo // the one default of the injected clock
	}
}

func (m *Mailer) options() ([]mail.Option, error) {
	c := m.config
	// Without RSET: a mail that was taken must not fail by what comes after it.
	options := []mail.Option{mail.WithPort(c.Port), mail.WithTimeout(c.Timeout), mail.WithoutRset(), mail.WithoutNoop()}
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if c.TLS != nil {
		config = c.TLS.Clone()
	}
	if config.ServerName == "" {
		config.ServerName = c.Host
	}
	switch c.Encryption {
	case StartTLS:
		options = append(options, mail.WithTLSPolicy(mail.TLSMandatory), mail.WithTLSConfig(config), mail.WithDialContextFunc(dial))
	case Implicit:
		options = append(options, mail.WithSSL(), mail.WithTLSConfig(config))
	case Plaintext:
		options = append(options, mail.WithTLSPolicy(mail.NoTLS), mail.WithDialContextFunc(dial))
	default:
		return nil, errors.New("smtpmail: Encryption is none of starttls, implicit, plaintext")
	}
	if c.Username != "" {
		if c.Encryption == Plaintext {
			return nil, errors.New("smtpmail: a password isn't sent in the clear")
		}
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(c.Username), mail.WithPassword(c.Password))
	}
	if c.Hello != "" {
		options = append(options, mail.WithHELO(c.Hello))
	}
	return options, nil
}

// Deliver sends a mail; see [letter.Transport]. A connection that was kept and is
// dead by now is made anew; one that breaks once the mail was begun isn't, since
// nobody knows whether it was taken.
func (m *Mailer) Deliver(ctx context.Context, out letter.Message) error {
	msg, err := m.compose(out)
	if err != nil {
		return &Error{Step: StepCompose, Err: err}
	}
	for {
		conn, reused, err := m.connection(ctx)
		if err != nil {
			return &Error{Step: StepConnect, Err: errors.Join(err, ctx.Err())}
		}
		failed := m.sendOn(ctx, conn, msg)
		if failed == nil {
			return nil
		}
		// Some servers say 421 when a connection was idle for too long.
		stale := reused && (failed.Code == 0 || failed.Code == 421) && (failed.Step == StepConnect || failed.Step == StepSender)
		if !stale || ctx.Err() != nil {
			return failed
		}
	}
}

// sendOn sends on a connection, and keeps it when all went well.
func (m *Mailer) sendOn(ctx context.Context, conn connection, msg *mail.Msg) *Error {
	stop := context.AfterFunc(ctx, conn.cut)
	err := m.client.SendWithSMTPClient(conn.Client, msg)
	if !stop() && err == nil && !msg.IsDelivered() {
		err = ctx.Err()
	}
	if err != nil && !msg.IsDelivered() {
		conn.cut() // without QUIT: what was begun isn't to be taken for whole
		return sendError(err)
	}
	m.keep(conn)
	return nil
}

// connection returns one that was kept, or makes one.
func (m *Mailer) connection(ctx context.Context) (conn connection, reused bool, err error) {
	m.mu.Lock()
	now := m.config.Now()
	for len(m.idle) > 0 && conn.Client == nil {
		last := m.idle[len(m.idle)-1]
		m.idle = m.idle[:len(m.idle)-1]
		if now.Sub(last.since) >= m.config.Idle {
			last.cut()
			continue
		}
		conn = last
	}
	m.mu.Unlock()
	if conn.Client != nil {
		return conn, true, nil
	}
	conn.Client, err = m.client.DialToSMTPClientWithContext(context.WithValue(ctx, dialled{}, &conn.raw))
	if err != nil && conn.raw != nil {
		_ = conn.raw.Close() // the library leaves open what it can't greet, encrypt or log in on
	}
	return conn, false, err
}

// keep keeps a connection for the next mail, or ends it when there are enough.
func (m *Mailer) keep(conn connection) {
	m.mu.Lock()
	full := m.closed || len(m.idle) >= m.config.Connections
	if !full {
		conn.since = m.config.Now()
		m.idle = append(m.idle, conn)
	}
	m.mu.Unlock()
	if full {
		_ = conn.Quit()
	}
}

// Close ends the connections that are kept, and keeps none from now on.
func (m *Mailer) Close() error {
	m.mu.Lock()
	idle := m.idle
	m.idle, m.closed = nil, true
	m.mu.Unlock()
	for _, c := range idle {
		_ = c.Quit()
	}
	return nil
}
