-- The schema of egovroles, version 1, for SQLite 3.37 and later.
--
-- Instants are microseconds since 1970 in UTC, days are numbers like 20260131,
-- ids are the 16 bytes of a UUID (see them with hex), hashes 32 bytes. NULL is
-- "none". Texts compare byte for byte. A row's version counts its changes; the
-- epoch of an enterprise counts the commits in it.
--
-- Nothing here is deleted, and nothing decides: no trigger, no foreign key.

CREATE TABLE egovroles_enterprise (
    id           BLOB    NOT NULL PRIMARY KEY,
    number       TEXT    NOT NULL UNIQUE, -- ten digits
    name         TEXT    NOT NULL,
    epoch        INTEGER NOT NULL CHECK (epoch >= 1),
    gap          BLOB,                    -- the person in office; NULL: vacant
    designation  BLOB,                    -- his term of office, in egovroles_gap
    managers     INTEGER NOT NULL,        -- how many rows egovroles_manager has of it
    suspended_at INTEGER,                 -- NULL: it isn't suspended
    sent_on      INTEGER,                 -- the last day that mails with a link were sent; NULL: none ever
    sent         INTEGER NOT NULL,        -- how many on that day
    contact      TEXT    NOT NULL,
    language     TEXT    NOT NULL,
    created_at   INTEGER NOT NULL,
    audit_head   BLOB                     -- hash of the last audit record
) STRICT, WITHOUT ROWID;

CREATE INDEX egovroles_enterprise_gap ON egovroles_enterprise (gap) WHERE gap IS NOT NULL;

-- One row for each command that committed, so that one whose answer was lost
-- can be asked after. One whose id the caller chose has a keyed hash of what
-- was asked, and the answer.
CREATE TABLE egovroles_command (
    enterprise BLOB    NOT NULL,
    id         BLOB    NOT NULL,
    act        TEXT    NOT NULL,
    actor      BLOB,
    content    BLOB,
    answer     TEXT    NOT NULL, -- JSON, or empty
    epoch      INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    PRIMARY KEY (enterprise, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX egovroles_command_actor ON egovroles_command (actor, enterprise);
CREATE INDEX egovroles_command_epoch ON egovroles_command (enterprise, epoch) WHERE answer <> '';

CREATE TABLE egovroles_person (
    id         BLOB    NOT NULL PRIMARY KEY,
    created_at INTEGER NOT NULL,
    erased_at  INTEGER,          -- NULL: he wasn't erased
    version    INTEGER NOT NULL,
    formerly   TEXT              -- ids of persons whose accounts he took over, spaces between; NULL: of none
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
    search_name TEXT    NOT NULL, -- both, without case and accents
    email       TEXT    NOT NULL,
    phone       TEXT    NOT NULL,
    language    TEXT    NOT NULL,
    updated_at  INTEGER NOT NULL,
    erased_at   INTEGER,          -- NULL: he wasn't erased here
    version     INTEGER NOT NULL,
    PRIMARY KEY (enterprise, person)
) STRICT, WITHOUT ROWID;

CREATE INDEX egovroles_member_person ON egovroles_member (person, enterprise);

-- The terms of office of the chief access managers. A requested one isn't in
-- office: it waits for an operator, who makes it active or refused.
CREATE TABLE egovroles_gap (
    enterprise            BLOB    NOT NULL,
    id                    BLOB    NOT NULL,
    person                BLOB    NOT NULL,
    procedure_kind        TEXT    NOT NULL CHECK (procedure_kind IN ('standard', 'exceptional')),
    state                 TEXT    NOT NULL CHECK (state IN ('requested', 'refused', 'active', 'replaced', 'vacated')),
    designated_by         BLOB,
    function_title        TEXT    NOT NULL, -- of who designated him, in the register
    evidence              TEXT    NOT NULL,
    asked_at              INTEGER,          -- by the exceptional procedure; NULL: by the standard one
    asked_by              BLOB,
    asked_given_name      TEXT    NOT NULL, -- and what it was asked with
    asked_family_name     TEXT    NOT NULL,
    asked_email           TEXT    NOT NULL,
    asked_phone           TEXT    NOT NULL,
    asked_language        TEXT    NOT NULL,
    asked_contact         TEXT    NOT NULL,
    asked_enterprise_name TEXT    NOT NULL,
    from_at               INTEGER,          -- NULL: it never began
    to_at                 INTEGER,
    resigned_at           INTEGER,
    ended_by              BLOB,
    reason                TEXT    NOT NULL,
    version               INTEGER NOT NULL,
    PRIMARY KEY (enterprise, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX egovroles_gap_asked ON egovroles_gap (asked_at, id) WHERE asked_at IS NOT NULL;
CREATE INDEX egovroles_gap_person ON egovroles_gap (person, enterprise);
CREATE INDEX egovroles_gap_candidate ON egovroles_gap (person, asked_at, id) WHERE asked_at IS NOT NULL;
-- Those that an operator is to decide on, in all enterprises.
CREATE INDEX egovroles_gap_requested ON egovroles_gap (asked_at, id) WHERE state = 'requested';

-- The terms of office of co-GAPs, and of access managers, who have a domain.
CREATE TABLE egovroles_manager (
    enterprise BLOB    NOT NULL,
    id         BLOB    NOT NULL,
    person     BLOB    NOT NULL,
    kind       TEXT    NOT NULL CHECK (kind IN ('co_gap', 'access_manager')),
    domain     TEXT    NOT NULL, -- empty for a co-GAP
    first_day  INTEGER,
    last_day   INTEGER,          -- NULL: no end
    from_at    INTEGER,          -- NULL: never in office
    to_at      INTEGER,          -- NULL: no end
    named_by   BLOB,
    named_at   INTEGER NOT NULL,
    ended_at   INTEGER,          -- when somebody ended the term
    ended_by   BLOB,
    reason     TEXT    NOT NULL,
    told INTEGER NOT NULL DEFAULT 0, -- 1: that it ends soon, 2: that it is over
    version    INTEGER NOT NULL,
    PRIMARY KEY (enterprise, id)
) STRICT, WITHOUT ROWID;

-- What ends by itself, and who is yet to be told.
CREATE INDEX egovroles_manager_due ON egovroles_manager (told, to_at, enterprise, id) WHERE ended_at IS NULL AND to_at IS NOT NULL;

CREATE INDEX egovroles_manager_person ON egovroles_manager (person, enterprise, id);

-- An establishment unit as one enterprise has or had it. One that moved is
-- here twice, under two ids and one number.
CREATE TABLE egovroles_unit (
    enterprise BLOB    NOT NULL,
    id         BLOB    NOT NULL,
    number     TEXT    NOT NULL, -- ten digits
    name       TEXT    NOT NULL,
    added_at   INTEGER NOT NULL,
    added_by   BLOB,
    closed_at  INTEGER,          -- closed or moved; NULL: it is open
    closed_by  BLOB,
    moved_to   BLOB,             -- the enterprise that has it now
    moved_from BLOB,             -- the one that had it before
    reason     TEXT    NOT NULL,
    version    INTEGER NOT NULL,
    PRIMARY KEY (enterprise, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX egovroles_unit_added ON egovroles_unit (enterprise, added_at, id);
CREATE INDEX egovroles_unit_number ON egovroles_unit (enterprise, number, added_at, id);

-- The times in which no access is given. The one that lasts is in
-- egovroles_enterprise too, which is where checks look.
CREATE TABLE egovroles_suspension (
    enterprise   BLOB    NOT NULL,
    id           BLOB    NOT NULL,
    from_at      INTEGER NOT NULL,
    to_at        INTEGER,          -- NULL: it lasts
    suspended_by BLOB,
    reason       TEXT    NOT NULL,
    resumed_by   BLOB,
    version      INTEGER NOT NULL,
    PRIMARY KEY (enterprise, id)
) STRICT, WITHOUT ROWID;

-- Invitations saved for later use, with durations in the place of dates.
CREATE TABLE egovroles_template (
    enterprise    BLOB    NOT NULL,
    id            BLOB    NOT NULL,
    name          TEXT    NOT NULL,
    description   TEXT    NOT NULL,
    offered_lines TEXT    NOT NULL, -- JSON: roles, units, days, properties
    applications  TEXT    NOT NULL, -- of the roles in them: [calista][monespace]
    message       TEXT    NOT NULL,
    days          INTEGER NOT NULL, -- to answer; 0: as many as the policy gives
    language      TEXT    NOT NULL,
    created_by    BLOB,
    created_as    INTEGER NOT NULL, -- bits, as invited_as
    created_at    INTEGER NOT NULL,
    retired_at    INTEGER,          -- NULL: it is in use
    version       INTEGER NOT NULL,
    PRIMARY KEY (enterprise, id)
) STRICT;

CREATE INDEX egovroles_template_created ON egovroles_template (enterprise, created_at, id);

CREATE TABLE egovroles_invitation (
    enterprise    BLOB    NOT NULL,
    id            BLOB    NOT NULL,
    offered_lines TEXT    NOT NULL, -- JSON: roles, units, periods, properties
    applications  TEXT    NOT NULL, -- of the roles in them: [calista][monespace]
    role_codes    TEXT    NOT NULL, -- likewise
    unit_ids      TEXT    NOT NULL, -- likewise
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
    search_name        TEXT    NOT NULL, -- both, without case and accents
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
    told INTEGER NOT NULL DEFAULT 0, -- 1: that it ends soon, 2: that it is over
    version            INTEGER NOT NULL,
    PRIMARY KEY (enterprise, id)
) STRICT;

-- What ends by itself, and who is yet to be told.
CREATE INDEX egovroles_recipient_due ON egovroles_recipient (told, expires_at, enterprise, id) WHERE state = 'invited';

CREATE INDEX egovroles_recipient_created ON egovroles_recipient (enterprise, created_at, id);
CREATE INDEX egovroles_recipient_invitation ON egovroles_recipient (enterprise, invitation, created_at, id);
CREATE INDEX egovroles_recipient_email ON egovroles_recipient (email_key, enterprise);
CREATE INDEX egovroles_recipient_person ON egovroles_recipient (person) WHERE person IS NOT NULL;
CREATE INDEX egovroles_recipient_answer ON egovroles_recipient (answer_person) WHERE answer_person IS NOT NULL;

-- Lapsed is not a state here: it is a pending one past lapses_at.
CREATE TABLE egovroles_request (
    enterprise       BLOB    NOT NULL,
    id               BLOB    NOT NULL,
    invitation       BLOB,             -- and its recipient; NULL: a manager asked directly
    recipient        BLOB,
    person           BLOB    NOT NULL,
    role             TEXT    NOT NULL,
    unit             BLOB,             -- NULL: the whole enterprise
    first_day        INTEGER,
    last_day         INTEGER,          -- NULL: no end
    properties       TEXT,             -- JSON
    kind             TEXT    NOT NULL CHECK (kind IN ('', 'replace', 'extend')),
    target           BLOB,             -- the assignment to replace or extend
    four_eyes        INTEGER NOT NULL, -- 1: two managers must approve
    no_self_approval INTEGER NOT NULL, -- 1: neither who asked nor who gets the role
    requested_by     BLOB,
    state            TEXT    NOT NULL CHECK (state IN ('pending', 'approved', 'refused', 'withdrawn')),
    requested_at     INTEGER NOT NULL,
    lapses_at        INTEGER NOT NULL,
    endorsed_at      INTEGER,          -- the first approval of two
    endorsed_by      BLOB,
    decided_at       INTEGER,
    decided_by       BLOB,
    reason           TEXT    NOT NULL,
    assignment       BLOB,             -- what an approval made
    told INTEGER NOT NULL DEFAULT 0, -- 1: that it ends soon, 2: that it is over
    version          INTEGER NOT NULL,
    PRIMARY KEY (enterprise, id)
) STRICT;

-- What ends by itself, and who is yet to be told.
CREATE INDEX egovroles_request_due ON egovroles_request (told, lapses_at, enterprise, id) WHERE state = 'pending';

CREATE INDEX egovroles_request_requested ON egovroles_request (enterprise, requested_at, id);
-- The open tasks, which are few however long the history. The state is a column
-- of it so that it is taken for better than the primary key.
CREATE INDEX egovroles_request_pending ON egovroles_request (enterprise, state, requested_at, id) WHERE state = 'pending';
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
    properties  TEXT,             -- JSON
    from_at     INTEGER,          -- NULL: never in force
    to_at       INTEGER,          -- NULL: no end
    ended_at    INTEGER,          -- when an act took it away
    given_by    BLOB,
    given_as    TEXT    NOT NULL,
    given_at    INTEGER NOT NULL,
    request     BLOB,             -- whose approval gave it; NULL: given directly
    replaces    BLOB,
    ended_by    BLOB,
    ending      TEXT    NOT NULL CHECK (ending IN ('', 'ended', 'replaced', 'given_back', 'unit_closed', 'erased')),
    end_reason  TEXT    NOT NULL,
    replaced_by BLOB,
    told INTEGER NOT NULL DEFAULT 0, -- 1: that it ends soon, 2: that it is over
    version     INTEGER NOT NULL,
    PRIMARY KEY (enterprise, person, id),
    UNIQUE (enterprise, id)
) STRICT, WITHOUT ROWID;

-- What ends by itself, and who is yet to be told.
CREATE INDEX egovroles_assignment_due ON egovroles_assignment (told, to_at, enterprise, id) WHERE ended_at IS NULL AND to_at IS NOT NULL;

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
    also          TEXT,             -- JSON: what else it tells
    recipient     BLOB,             -- whose link it carries; NULL: none
    generation    INTEGER NOT NULL,
    key_id        TEXT    NOT NULL,
    created_at    INTEGER NOT NULL,
    state         TEXT    NOT NULL CHECK (state IN ('pending', 'sent', 'dropped', 'dead')),
    attempts      INTEGER NOT NULL,
    next_at       INTEGER NOT NULL, -- when it may be tried
    last_error    TEXT    NOT NULL,
    claim         BLOB,             -- who is sending it, and until when
    claimed_until INTEGER,
    finished_at   INTEGER,
    erased_at     INTEGER,          -- when the names in it were erased
    PRIMARY KEY (enterprise, id)
) STRICT;

CREATE INDEX egovroles_outbox_pending ON egovroles_outbox (attempts, created_at, id, enterprise, next_at, claimed_until) WHERE state = 'pending';
CREATE INDEX egovroles_outbox_dead ON egovroles_outbox (created_at, id, enterprise) WHERE state = 'dead';
CREATE INDEX egovroles_outbox_finished ON egovroles_outbox (finished_at, enterprise, id) WHERE erased_at IS NULL AND finished_at IS NOT NULL;

CREATE TABLE egovroles_schema (version INTEGER NOT NULL PRIMARY KEY) STRICT;

INSERT INTO egovroles_schema (version) VALUES (1);
