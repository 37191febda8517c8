-- The schema of egovroles, version 1, for PostgreSQL 13 and later.
--
-- Instants are microseconds since 1970 in UTC (to_timestamp(created_at / 1e6)),
-- days are numbers like 20260131, hashes 32 bytes. NULL is "none". Texts compare
-- byte for byte, whatever the database's collation, and JSON is a text because
-- it must come back so. A row's version counts its changes; the epoch of an
-- enterprise counts the commits in it.
--
-- Nothing here is deleted, and nothing decides: no trigger, no foreign key, no
-- sequence.

CREATE TABLE egovroles_enterprise (
    id           uuid             NOT NULL PRIMARY KEY,
    number       text COLLATE "C" NOT NULL UNIQUE, -- ten digits
    name         text COLLATE "C" NOT NULL,
    epoch        bigint           NOT NULL CHECK (epoch >= 1),
    gap          uuid,                             -- the person in office; NULL: vacant
    designation  uuid,                             -- his term of office, in egovroles_gap
    managers     bigint           NOT NULL,        -- how many rows egovroles_manager has of it
    suspended_at bigint,                           -- NULL: it isn't suspended
    sent_on      bigint,                           -- the last day that mails with a link were sent; NULL: none ever
    sent         bigint           NOT NULL,        -- how many on that day
    contact      text COLLATE "C" NOT NULL,
    language     text COLLATE "C" NOT NULL,
    created_at   bigint           NOT NULL,
    audit_head   bytea                             -- hash of the last audit record
);

CREATE INDEX egovroles_enterprise_gap ON egovroles_enterprise (gap) WHERE gap IS NOT NULL;

-- One row for each command that committed, so that one whose answer was lost
-- can be asked after. One whose id the caller chose has a keyed hash of what
-- was asked, and the answer.
CREATE TABLE egovroles_command (
    enterprise uuid             NOT NULL,
    id         uuid             NOT NULL,
    act        text COLLATE "C" NOT NULL,
    actor      uuid,
    content    bytea,
    answer     text COLLATE "C" NOT NULL, -- JSON, or empty
    epoch      bigint           NOT NULL,
    at         bigint           NOT NULL,
    PRIMARY KEY (enterprise, id)
);

CREATE INDEX egovroles_command_actor ON egovroles_command (actor, enterprise);
CREATE INDEX egovroles_command_epoch ON egovroles_command (enterprise, epoch) WHERE answer <> '';

CREATE TABLE egovroles_person (
    id         uuid   NOT NULL PRIMARY KEY,
    created_at bigint NOT NULL,
    erased_at  bigint,          -- NULL: he wasn't erased
    version    bigint NOT NULL,
    formerly   text COLLATE "C" -- ids of persons whose accounts he took over, spaces between; NULL: of none
);

CREATE TABLE egovroles_person_identity (
    issuer  text COLLATE "C" NOT NULL,
    subject text COLLATE "C" NOT NULL,
    person  uuid             NOT NULL,
    ordinal bigint           NOT NULL,
    PRIMARY KEY (issuer, subject)
);

CREATE INDEX egovroles_person_identity_person ON egovroles_person_identity (person);

-- Keyed hashes of national numbers; the numbers themselves are nowhere.
CREATE TABLE egovroles_person_number (
    key_id  text COLLATE "C" NOT NULL,
    hash    bytea            NOT NULL,
    person  uuid             NOT NULL,
    ordinal bigint           NOT NULL,
    PRIMARY KEY (key_id, hash)
);

CREATE INDEX egovroles_person_number_person ON egovroles_person_number (person);

CREATE TABLE egovroles_member (
    enterprise  uuid             NOT NULL,
    person      uuid             NOT NULL,
    given_name  text COLLATE "C" NOT NULL,
    family_name text COLLATE "C" NOT NULL,
    search_name text COLLATE "C" NOT NULL, -- both, without case and accents
    email       text COLLATE "C" NOT NULL,
    phone       text COLLATE "C" NOT NULL,
    language    text COLLATE "C" NOT NULL,
    updated_at  bigint           NOT NULL,
    erased_at   bigint,                    -- NULL: he wasn't erased here
    version     bigint           NOT NULL,
    PRIMARY KEY (enterprise, person)
);

CREATE INDEX egovroles_member_person ON egovroles_member (person, enterprise);

-- The terms of office of the chief access managers. A requested one isn't in
-- office: it waits for an operator, who makes it active or refused.
CREATE TABLE egovroles_gap (
    enterprise            uuid             NOT NULL,
    id                    uuid             NOT NULL,
    person                uuid             NOT NULL,
    procedure_kind        text COLLATE "C" NOT NULL CHECK (procedure_kind IN ('standard', 'exceptional')),
    state                 text COLLATE "C" NOT NULL CHECK (state IN ('requested', 'refused', 'active', 'replaced', 'vacated')),
    designated_by         uuid,
    function_title        text COLLATE "C" NOT NULL, -- of who designated him, in the register
    evidence              text COLLATE "C" NOT NULL,
    asked_at              bigint,                    -- by the exceptional procedure; NULL: by the standard one
    asked_by              uuid,
    asked_given_name      text COLLATE "C" NOT NULL, -- and what it was asked with
    asked_family_name     text COLLATE "C" NOT NULL,
    asked_email           text COLLATE "C" NOT NULL,
    asked_phone           text COLLATE "C" NOT NULL,
    asked_language        text COLLATE "C" NOT NULL,
    asked_contact         text COLLATE "C" NOT NULL,
    asked_enterprise_name text COLLATE "C" NOT NULL,
    from_at               bigint,                    -- NULL: it never began
    to_at                 bigint,
    resigned_at           bigint,
    ended_by              uuid,
    reason                text COLLATE "C" NOT NULL,
    version               bigint           NOT NULL,
    PRIMARY KEY (enterprise, id)
);

CREATE INDEX egovroles_gap_asked ON egovroles_gap (asked_at, id) WHERE asked_at IS NOT NULL;
CREATE INDEX egovroles_gap_person ON egovroles_gap (person, enterprise);
CREATE INDEX egovroles_gap_candidate ON egovroles_gap (person, asked_at, id) WHERE asked_at IS NOT NULL;
-- Those that an operator is to decide on, in all enterprises.
CREATE INDEX egovroles_gap_requested ON egovroles_gap (asked_at, id) WHERE state = 'requested';

-- The terms of office of co-GAPs, and of access managers, who have a domain.
CREATE TABLE egovroles_manager (
    enterprise uuid             NOT NULL,
    id         uuid             NOT NULL,
    person     uuid             NOT NULL,
    kind       text COLLATE "C" NOT NULL CHECK (kind IN ('co_gap', 'access_manager')),
    domain     text COLLATE "C" NOT NULL, -- empty for a co-GAP
    first_day  bigint,
    last_day   bigint,                    -- NULL: no end
    from_at    bigint,                    -- NULL: never in office
    to_at      bigint,                    -- NULL: no end
    named_by   uuid,
    named_at   bigint           NOT NULL,
    ended_at   bigint,                    -- when somebody ended the term
    ended_by   uuid,
    reason     text COLLATE "C" NOT NULL,
    told bigint NOT NULL DEFAULT 0, -- 1: that it ends soon, 2: that it is over
    version    bigint           NOT NULL,
    PRIMARY KEY (enterprise, id)
);

-- What ends by itself, and who is yet to be told.
CREATE INDEX egovroles_manager_due ON egovroles_manager (told, to_at, enterprise, id) WHERE ended_at IS NULL AND to_at IS NOT NULL;

CREATE INDEX egovroles_manager_person ON egovroles_manager (person, enterprise, id);

-- An establishment unit as one enterprise has or had it. One that moved is
-- here twice, under two ids and one number.
CREATE TABLE egovroles_unit (
    enterprise uuid             NOT NULL,
    id         uuid             NOT NULL,
    number     text COLLATE "C" NOT NULL, -- ten digits
    name       text COLLATE "C" NOT NULL,
    added_at   bigint           NOT NULL,
    added_by   uuid,
    closed_at  bigint,                    -- closed or moved; NULL: it is open
    closed_by  uuid,
    moved_to   uuid,                      -- the enterprise that has it now
    moved_from uuid,                      -- the one that had it before
    reason     text COLLATE "C" NOT NULL,
    version    bigint           NOT NULL,
    PRIMARY KEY (enterprise, id)
);

CREATE INDEX egovroles_unit_added ON egovroles_unit (enterprise, added_at, id);
CREATE INDEX egovroles_unit_number ON egovroles_unit (enterprise, number, added_at, id);

-- The times in which no access is given. The one that lasts is in
-- egovroles_enterprise too, which is where checks look.
CREATE TABLE egovroles_suspension (
    enterprise   uuid             NOT NULL,
    id           uuid             NOT NULL,
    from_at      bigint           NOT NULL,
    to_at        bigint,                    -- NULL: it lasts
    suspended_by uuid,
    reason       text COLLATE "C" NOT NULL,
    resumed_by   uuid,
    version      bigint           NOT NULL,
    PRIMARY KEY (enterprise, id)
);

-- Invitations saved for later use, with durations in the place of dates.
CREATE TABLE egovroles_template (
    enterprise    uuid             NOT NULL,
    id            uuid             NOT NULL,
    name          text COLLATE "C" NOT NULL,
    description   text COLLATE "C" NOT NULL,
    offered_lines text COLLATE "C" NOT NULL, -- JSON: roles, units, days, properties
    applications  text COLLATE "C" NOT NULL, -- of the roles in them: [calista][monespace]
    message       text COLLATE "C" NOT NULL,
    days          bigint           NOT NULL, -- to answer; 0: as many as the policy gives
    language      text COLLATE "C" NOT NULL,
    created_by    uuid,
    created_as    bigint           NOT NULL, -- bits, as invited_as
    created_at    bigint           NOT NULL,
    retired_at    bigint,                    -- NULL: it is in use
    version       bigint           NOT NULL,
    PRIMARY KEY (enterprise, id)
);

CREATE INDEX egovroles_template_created ON egovroles_template (enterprise, created_at, id);

CREATE TABLE egovroles_invitation (
    enterprise    uuid             NOT NULL,
    id            uuid             NOT NULL,
    offered_lines text COLLATE "C" NOT NULL, -- JSON: roles, units, periods, properties
    applications  text COLLATE "C" NOT NULL, -- of the roles in them: [calista][monespace]
    role_codes    text COLLATE "C" NOT NULL, -- likewise
    unit_ids      text COLLATE "C" NOT NULL, -- likewise
    message       text COLLATE "C" NOT NULL,
    invited_by    uuid,
    invited_as    bigint           NOT NULL, -- bits: 1 GAP, 2 co-GAP, 4 access manager, 8 managing role
    created_at    bigint           NOT NULL,
    language      text COLLATE "C" NOT NULL,
    version       bigint           NOT NULL,
    PRIMARY KEY (enterprise, id)
);

-- Expired is not a state here: it is an invited one past expires_at.
CREATE TABLE egovroles_recipient (
    enterprise         uuid             NOT NULL,
    id                 uuid             NOT NULL,
    invitation         uuid             NOT NULL,
    given_name         text COLLATE "C" NOT NULL, -- whom it was sent to
    family_name        text COLLATE "C" NOT NULL,
    search_name        text COLLATE "C" NOT NULL, -- both, without case and accents
    email              text COLLATE "C" NOT NULL,
    email_key          text COLLATE "C" NOT NULL, -- email in one case, to compare by
    language           text COLLATE "C" NOT NULL,
    person             uuid,                      -- NULL: whoever holds the link
    state              text COLLATE "C" NOT NULL CHECK (state IN ('invited', 'accepted', 'declined', 'revoked')),
    expires            bigint,                    -- the last day, expires_at when it is over
    expires_at         bigint           NOT NULL,
    generation         bigint           NOT NULL, -- counts the tokens sent
    key_id             text COLLATE "C" NOT NULL,
    token_hash         bytea            UNIQUE,
    sent_at            bigint,
    answered_at        bigint,
    answer_person      uuid,
    answer_given_name  text COLLATE "C" NOT NULL,
    answer_family_name text COLLATE "C" NOT NULL,
    answer_email       text COLLATE "C" NOT NULL,
    answer_reason      text COLLATE "C" NOT NULL,
    created_at         bigint           NOT NULL,
    told bigint NOT NULL DEFAULT 0, -- 1: that it ends soon, 2: that it is over
    version            bigint           NOT NULL,
    PRIMARY KEY (enterprise, id)
);

-- What ends by itself, and who is yet to be told.
CREATE INDEX egovroles_recipient_due ON egovroles_recipient (told, expires_at, enterprise, id) WHERE state = 'invited';

CREATE INDEX egovroles_recipient_created ON egovroles_recipient (enterprise, created_at, id);
CREATE INDEX egovroles_recipient_invitation ON egovroles_recipient (enterprise, invitation, created_at, id);
CREATE INDEX egovroles_recipient_email ON egovroles_recipient (email_key, enterprise);
CREATE INDEX egovroles_recipient_person ON egovroles_recipient (person) WHERE person IS NOT NULL;
CREATE INDEX egovroles_recipient_answer ON egovroles_recipient (answer_person) WHERE answer_person IS NOT NULL;

-- Lapsed is not a state here: it is a pending one past lapses_at.
CREATE TABLE egovroles_request (
    enterprise       uuid             NOT NULL,
    id               uuid             NOT NULL,
    invitation       uuid,                      -- and its recipient; NULL: a manager asked directly
    recipient        uuid,
    person           uuid             NOT NULL,
    role             text COLLATE "C" NOT NULL,
    unit             uuid,                      -- NULL: the whole enterprise
    first_day        bigint,
    last_day         bigint,                    -- NULL: no end
    properties       text COLLATE "C",          -- JSON
    kind             text COLLATE "C" NOT NULL CHECK (kind IN ('', 'replace', 'extend')),
    target           uuid,                      -- the assignment to replace or extend
    four_eyes        bigint           NOT NULL, -- 1: two managers must approve
    no_self_approval bigint           NOT NULL, -- 1: neither who asked nor who gets the role
    requested_by     uuid,
    state            text COLLATE "C" NOT NULL CHECK (state IN ('pending', 'approved', 'refused', 'withdrawn')),
    requested_at     bigint           NOT NULL,
    lapses_at        bigint           NOT NULL,
    endorsed_at      bigint,                    -- the first approval of two
    endorsed_by      uuid,
    decided_at       bigint,
    decided_by       uuid,
    reason           text COLLATE "C" NOT NULL,
    assignment       uuid,                      -- what an approval made
    told bigint NOT NULL DEFAULT 0, -- 1: that it ends soon, 2: that it is over
    version          bigint           NOT NULL,
    PRIMARY KEY (enterprise, id)
);

-- What ends by itself, and who is yet to be told.
CREATE INDEX egovroles_request_due ON egovroles_request (told, lapses_at, enterprise, id) WHERE state = 'pending';

CREATE INDEX egovroles_request_requested ON egovroles_request (enterprise, requested_at, id);
-- The open tasks, which are few however long the history. The state is a column
-- of it so that it is taken for better than the primary key.
CREATE INDEX egovroles_request_pending ON egovroles_request (enterprise, state, requested_at, id) WHERE state = 'pending';
CREATE INDEX egovroles_request_person ON egovroles_request (person, requested_at, id);

-- Keyed by what a check asks for. Whether a role is in force is a matter of
-- from_at, to_at and ended_at alone.
CREATE TABLE egovroles_assignment (
    enterprise  uuid             NOT NULL,
    id          uuid             NOT NULL,
    person      uuid             NOT NULL,
    role        text COLLATE "C" NOT NULL,
    unit        uuid,             -- NULL: the whole enterprise
    first_day   bigint,
    last_day    bigint,           -- NULL: no end
    properties  text COLLATE "C", -- JSON
    from_at     bigint,           -- NULL: never in force
    to_at       bigint,           -- NULL: no end
    ended_at    bigint,           -- when an act took it away
    given_by    uuid,
    given_as    text COLLATE "C" NOT NULL,
    given_at    bigint           NOT NULL,
    request     uuid,             -- whose approval gave it; NULL: given directly
    replaces    uuid,
    ended_by    uuid,
    ending      text COLLATE "C" NOT NULL CHECK (ending IN ('', 'ended', 'replaced', 'given_back', 'unit_closed', 'erased')),
    end_reason  text COLLATE "C" NOT NULL,
    replaced_by uuid,
    told bigint NOT NULL DEFAULT 0, -- 1: that it ends soon, 2: that it is over
    version     bigint           NOT NULL,
    PRIMARY KEY (enterprise, person, id),
    UNIQUE (enterprise, id)
);

-- What ends by itself, and who is yet to be told.
CREATE INDEX egovroles_assignment_due ON egovroles_assignment (told, to_at, enterprise, id) WHERE ended_at IS NULL AND to_at IS NOT NULL;

CREATE INDEX egovroles_assignment_given ON egovroles_assignment (enterprise, given_at, id);
CREATE INDEX egovroles_assignment_person ON egovroles_assignment (person, enterprise, id);

-- The chain of each enterprise: seq is the epoch of the commit, prev the hash
-- of the record before. details and salt may be erased; the chain still holds.
CREATE TABLE egovroles_audit (
    enterprise uuid             NOT NULL,
    seq        bigint           NOT NULL,
    ordinal    bigint           NOT NULL,
    at         bigint           NOT NULL,
    event      text COLLATE "C" NOT NULL,
    actor      uuid,
    capacity   text COLLATE "C" NOT NULL,
    assurance  text COLLATE "C" NOT NULL CHECK (assurance IN ('none', 'low', 'substantial', 'high')),
    person     uuid,
    object     text COLLATE "C" NOT NULL,
    object_id  uuid,
    data       text COLLATE "C", -- JSON
    details    text COLLATE "C", -- JSON
    salt       bytea,
    commitment bytea,
    prev       bytea,
    hash       bytea,
    PRIMARY KEY (enterprise, seq, ordinal)
);

CREATE TABLE egovroles_outbox (
    enterprise    uuid             NOT NULL,
    id            uuid             NOT NULL,
    event         text COLLATE "C" NOT NULL,
    to_kind       text COLLATE "C" NOT NULL,
    to_person     uuid,
    to_name       text COLLATE "C" NOT NULL,
    to_email      text COLLATE "C" NOT NULL,
    to_language   text COLLATE "C" NOT NULL,
    data          text COLLATE "C",          -- JSON
    also          text COLLATE "C",          -- JSON: what else it tells
    recipient     uuid,                      -- whose link it carries; NULL: none
    generation    bigint           NOT NULL,
    key_id        text COLLATE "C" NOT NULL,
    created_at    bigint           NOT NULL,
    state         text COLLATE "C" NOT NULL CHECK (state IN ('pending', 'sent', 'dropped', 'dead')),
    attempts      bigint           NOT NULL,
    next_at       bigint           NOT NULL, -- when it may be tried
    last_error    text COLLATE "C" NOT NULL,
    claim         uuid,                      -- who is sending it, and until when
    claimed_until bigint,
    finished_at   bigint,
    erased_at     bigint,                    -- when the names in it were erased
    PRIMARY KEY (enterprise, id)
);

CREATE INDEX egovroles_outbox_pending ON egovroles_outbox (attempts, created_at, id, enterprise, next_at, claimed_until) WHERE state = 'pending';
CREATE INDEX egovroles_outbox_dead ON egovroles_outbox (created_at, id, enterprise) WHERE state = 'dead';
CREATE INDEX egovroles_outbox_finished ON egovroles_outbox (finished_at, enterprise, id) WHERE erased_at IS NULL AND finished_at IS NOT NULL;

CREATE TABLE egovroles_schema (version bigint NOT NULL PRIMARY KEY);

INSERT INTO egovroles_schema (version) VALUES (1);
