-- The schema of egovroles, version 1, for SQLite 3.37 and later.
--
-- Instants are microseconds since 1970 in UTC, days are numbers like 20260131,
-- ids are the 16 bytes of a UUID (see them with hex), hashes 32 bytes. NULL is
-- "none". Texts compare byte for byte. A row's version counts its changes; the
-- epoch of an enterprise counts the commits in it.
--
-- Nothing here is deleted, and nothing decides: no trigger, no foreign key.

CREATE TABLE egovroles_enterprise (
    id          BLOB    NOT NULL PRIMARY KEY,
    number      TEXT    NOT NULL UNIQUE, -- ten digits
    name        TEXT    NOT NULL,
    epoch       INTEGER NOT NULL CHECK (epoch >= 1),
    gap         BLOB,                    -- the person in office; NULL: vacant
    designation BLOB,                    -- his term of office, in egovroles_gap
    contact     TEXT    NOT NULL,
    language    TEXT    NOT NULL,
    created_at  INTEGER NOT NULL,
    audit_head  BLOB                     -- hash of the last audit record
) STRICT, WITHOUT ROWID;

CREATE INDEX egovroles_enterprise_gap ON egovroles_enterprise (gap) WHERE gap IS NOT NULL;

-- One row for each command that committed, so that one whose answer was lost
-- can be asked after.
CREATE TABLE egovroles_command (
    enterprise BLOB    NOT NULL,
    id         BLOB    NOT NULL,
    act        TEXT    NOT NULL,
    actor      BLOB,
    epoch      INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    PRIMARY KEY (enterprise, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE egovroles_person (
    id         BLOB    NOT NULL PRIMARY KEY,
    created_at INTEGER NOT NULL,
    version    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE egovroles_person_identity (
    issuer  TEXT    NOT NULL,
    subject TEXT    NOT NULL,
    person  BLOB    NOT NULL,
    ordinal INTEGER NOT NULL,
    PRIMARY KEY (issuer, subject)
) STRICT, WITHOUT ROWID;

CREATE INDEX egovroles_person_identity_person ON egovroles_person_identity (person);

-- Keyed hashes of national numbers; the numbers themselves are nowhere.
CREATE TABLE egovroles_person_number (
    key_id  TEXT    NOT NULL,
    hash    BLOB    NOT NULL,
    person  BLOB    NOT NULL,
    ordinal INTEGER NOT NULL,
    PRIMARY KEY (key_id, hash)
) STRICT, WITHOUT ROWID;

CREATE INDEX egovroles_person_number_person ON egovroles_person_number (person);

CREATE TABLE egovroles_member (
    enterprise  BLOB    NOT NULL,
    person      BLOB    NOT NULL,
    given_name  TEXT    NOT NULL,
    family_name TEXT    NOT NULL,
    email       TEXT    NOT NULL,
    phone       TEXT    NOT NULL,
    language    TEXT    NOT NULL,
    updated_at  INTEGER NOT NULL,
    version     INTEGER NOT NULL,
    PRIMARY KEY (enterprise, person)
) STRICT, WITHOUT ROWID;

-- The terms of office of the chief access managers.
CREATE TABLE egovroles_gap (
    enterprise     BLOB    NOT NULL,
    id             BLOB    NOT NULL,
    person         BLOB    NOT NULL,
    procedure_kind TEXT    NOT NULL CHECK (procedure_kind IN ('standard', 'exceptional')),
    state          TEXT    NOT NULL CHECK (state IN ('active', 'replaced', 'vacated')),
    designated_by  BLOB,
    function_title TEXT    NOT NULL, -- of who designated him, in the register
    evidence       TEXT    NOT NULL,
    from_at        INTEGER NOT NULL,
    to_at          INTEGER,
    resigned_at    INTEGER,
    ended_by       BLOB,
    reason         TEXT    NOT NULL,
    version        INTEGER NOT NULL,
    PRIMARY KEY (enterprise, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE egovroles_invitation (
    enterprise    BLOB    NOT NULL,
    id            BLOB    NOT NULL,
    offered_lines TEXT    NOT NULL, -- JSON: roles, units, periods
    message       TEXT    NOT NULL,
    invited_by    BLOB,
    invited_as    INTEGER NOT NULL, -- bits: 1 GAP, 2 co-GAP, 4 access manager, 8 managing role
    created_at    INTEGER NOT NULL,
    language      TEXT    NOT NULL,
    version       INTEGER NOT NULL,
    PRIMARY KEY (enterprise, id)
) STRICT;

-- Expired is not a state here: it is an invited one past expires_at.
CREATE TABLE egovroles_recipient (
    enterprise         BLOB    NOT NULL,
    id                 BLOB    NOT NULL,
    invitation         BLOB    NOT NULL,
    given_name         TEXT    NOT NULL, -- whom it was sent to
    family_name        TEXT    NOT NULL,
    email              TEXT    NOT NULL,
    email_key          TEXT    NOT NULL, -- email in one case, to compare by
    language           TEXT    NOT NULL,
    person             BLOB,             -- NULL: whoever holds the link
    state              TEXT    NOT NULL CHECK (state IN ('invited', 'accepted', 'declined', 'revoked')),
    expires            INTEGER,          -- the last day, expires_at when it is over
    expires_at         INTEGER NOT NULL,
    generation         INTEGER NOT NULL, -- counts the tokens sent
    key_id             TEXT    NOT NULL,
    token_hash         BLOB    UNIQUE,
    sent_at            INTEGER,
    answered_at        INTEGER,
    answer_person      BLOB,
    answer_given_name  TEXT    NOT NULL,
    answer_family_name TEXT    NOT NULL,
    answer_email       TEXT    NOT NULL,
    answer_reason      TEXT    NOT NULL,
    created_at         INTEGER NOT NULL,
    version            INTEGER NOT NULL,
    PRIMARY KEY (enterprise, id)
) STRICT;

CREATE INDEX egovroles_recipient_created ON egovroles_recipient (enterprise, created_at, id);
CREATE INDEX egovroles_recipient_invitation ON egovroles_recipient (enterprise, invitation, created_at, id);
CREATE INDEX egovroles_recipient_email ON egovroles_recipient (enterprise, email_key);
CREATE INDEX egovroles_recipient_person ON egovroles_recipient (person) WHERE person IS NOT NULL;
CREATE INDEX egovroles_recipient_answer ON egovroles_recipient (answer_person) WHERE answer_person IS NOT NULL;

-- Lapsed is not a state here: it is a pending one past lapses_at.
CREATE TABLE egovroles_request (
    enterprise   BLOB    NOT NULL,
    id           BLOB    NOT NULL,
    invitation   BLOB    NOT NULL,
    recipient    BLOB    NOT NULL,
    person       BLOB    NOT NULL,
    role         TEXT    NOT NULL,
    unit         BLOB,             -- NULL: the whole enterprise
    first_day    INTEGER,
    last_day     INTEGER,          -- NULL: no end
    state        TEXT    NOT NULL CHECK (state IN ('pending', 'approved', 'refused', 'withdrawn')),
    requested_at INTEGER NOT NULL,
    lapses_at    INTEGER NOT NULL,
    decided_at   INTEGER,
    decided_by   BLOB,
    reason       TEXT    NOT NULL,
    assignment   BLOB,             -- what an approval made
    version      INTEGER NOT NULL,
    PRIMARY KEY (enterprise, id)
) STRICT;

CREATE INDEX egovroles_request_requested ON egovroles_request (enterprise, requested_at, id);
-- The open tasks, which are few however long the history.
CREATE INDEX egovroles_request_pending ON egovroles_request (enterprise, requested_at, id) WHERE state = 'pending';
CREATE INDEX egovroles_request_person ON egovroles_request (person, requested_at, id);

-- Keyed so that what one check reads lies together. Whether a role is in force
-- is a matter of from_at, to_at and ended_at alone.
CREATE TABLE egovroles_assignment (
    enterprise  BLOB    NOT NULL,
    id          BLOB    NOT NULL,
    person      BLOB    NOT NULL,
    role        TEXT    NOT NULL,
    unit        BLOB,             -- NULL: the whole enterprise
    first_day   INTEGER,
    last_day    INTEGER,          -- NULL: no end
    from_at     INTEGER,          -- NULL: never in force
    to_at       INTEGER,          -- NULL: no end
    ended_at    INTEGER,          -- when an act took it away
    given_by    BLOB,
    given_as    TEXT    NOT NULL,
    given_at    INTEGER NOT NULL,
    request     BLOB,             -- whose approval gave it; NULL: given directly
    replaces    BLOB,
    ended_by    BLOB,
    ending      TEXT    NOT NULL CHECK (ending IN ('', 'ended', 'replaced')),
    end_reason  TEXT    NOT NULL,
    replaced_by BLOB,
    version     INTEGER NOT NULL,
    PRIMARY KEY (enterprise, person, id),
    UNIQUE (enterprise, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX egovroles_assignment_given ON egovroles_assignment (enterprise, given_at, id);
CREATE INDEX egovroles_assignment_person ON egovroles_assignment (person, enterprise, id);

-- The chain of each enterprise: seq is the epoch of the commit, prev the hash
-- of the record before. details and salt may be erased; the chain still holds.
CREATE TABLE egovroles_audit (
    enterprise BLOB    NOT NULL,
    seq        INTEGER NOT NULL,
    ordinal    INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    event      TEXT    NOT NULL,
    actor      BLOB,
    capacity   TEXT    NOT NULL,
    assurance  TEXT    NOT NULL CHECK (assurance IN ('none', 'low', 'substantial', 'high')),
    person     BLOB,
    object     TEXT    NOT NULL,
    object_id  BLOB,
    data       TEXT,             -- JSON
    details    TEXT,             -- JSON
    salt       BLOB,
    commitment BLOB,
    prev       BLOB,
    hash       BLOB,
    PRIMARY KEY (enterprise, seq, ordinal)
) STRICT;

CREATE TABLE egovroles_outbox (
    enterprise    BLOB    NOT NULL,
    id            BLOB    NOT NULL,
    event         TEXT    NOT NULL,
    to_kind       TEXT    NOT NULL,
    to_person     BLOB,
    to_name       TEXT    NOT NULL,
    to_email      TEXT    NOT NULL,
    to_language   TEXT    NOT NULL,
    data          TEXT,             -- JSON
    recipient     BLOB,             -- whose link it carries; NULL: none
    generation    INTEGER NOT NULL,
    key_id        TEXT    NOT NULL,
    created_at    INTEGER NOT NULL,
    state         TEXT    NOT NULL CHECK (state IN ('pending', 'sent', 'dropped')),
    attempts      INTEGER NOT NULL,
    next_at       INTEGER NOT NULL, -- when it may be tried
    last_error    TEXT    NOT NULL,
    claim         BLOB,             -- who is sending it, and until when
    claimed_until INTEGER,
    finished_at   INTEGER,
    PRIMARY KEY (enterprise, id)
) STRICT;

CREATE INDEX egovroles_outbox_pending ON egovroles_outbox (created_at, id, enterprise, next_at, claimed_until) WHERE state = 'pending';

CREATE TABLE egovroles_schema (version INTEGER NOT NULL PRIMARY KEY) STRICT;

INSERT INTO egovroles_schema (version) VALUES (1);
