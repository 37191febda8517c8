-- The schema of egovroles, version 1, for MariaDB 10.11 and later.
--
-- Instants are microseconds since 1970 in UTC, days are numbers like 20260131,
-- ids are the 16 bytes of a UUID (see them with hex), hashes 32 bytes. NULL is
-- "none". A row's version counts its changes, and the epoch of an enterprise the
-- commits in it.
--
-- What is compared is binary, and so compares byte for byte whatever the
-- server's collations: case, accents and blanks at the end count. What is only
-- kept is text, for whoever reads the tables.
--
-- Each statement commits by itself and may run again. A statement ends with a
-- semicolon at the end of a line, and there is no other semicolon.
--
-- Nothing here is deleted, and nothing decides: no trigger, no foreign key.

CREATE TABLE IF NOT EXISTS egovroles_enterprise (
    id           BINARY(16)    NOT NULL PRIMARY KEY,
    number       VARBINARY(10) NOT NULL, -- ten digits
    name         TEXT          NOT NULL,
    epoch        BIGINT        NOT NULL CHECK (epoch >= 1),
    gap          BINARY(16),             -- the person in office, NULL: vacant
    designation  BINARY(16),             -- his term of office, in egovroles_gap
    managers     INT           NOT NULL, -- how many rows egovroles_manager has of it
    suspended_at BIGINT,                 -- NULL: it isn't suspended
    sent_on      INT,                    -- the last day that mails with a link were sent, NULL: none ever
    sent         INT           NOT NULL, -- how many on that day
    contact      TEXT          NOT NULL,
    language     VARBINARY(16) NOT NULL,
    created_at   BIGINT        NOT NULL,
    audit_head   BINARY(32),             -- hash of the last audit record
    UNIQUE KEY egovroles_enterprise_number (number),
    KEY egovroles_enterprise_gap (gap, id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT=DYNAMIC;

-- One row for each command that committed, so that one whose answer was lost
-- can be asked after. One whose id the caller chose has a keyed hash of what
-- was asked, and the answer.
CREATE TABLE IF NOT EXISTS egovroles_command (
    enterprise BINARY(16)    NOT NULL,
    id         BINARY(16)    NOT NULL,
    act        VARBINARY(64) NOT NULL,
    actor      BINARY(16),
    content    BINARY(32),
    answer     LONGTEXT      NOT NULL, -- JSON, or empty
    epoch      BIGINT        NOT NULL,
    at         BIGINT        NOT NULL,
    PRIMARY KEY (enterprise, id),
    KEY egovroles_command_actor (actor, enterprise),
    KEY egovroles_command_epoch (enterprise, epoch)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT=DYNAMIC;

CREATE TABLE IF NOT EXISTS egovroles_person (
    id         BINARY(16) NOT NULL PRIMARY KEY,
    created_at BIGINT     NOT NULL,
    erased_at  BIGINT,              -- NULL: he wasn't erased
    version    BIGINT     NOT NULL,
    formerly   VARBINARY(740)       -- ids of up to 20 persons whose accounts he took over, spaces between, or NULL: of none
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT=DYNAMIC;

CREATE TABLE IF NOT EXISTS egovroles_person_identity (
    issuer  VARBINARY(255) NOT NULL,
    subject VARBINARY(255) NOT NULL,
    person  BINARY(16)     NOT NULL,
    ordinal INT            NOT NULL,
    PRIMARY KEY (issuer, subject),
    KEY egovroles_person_identity_person (person)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT=DYNAMIC;

-- Keyed hashes of national numbers. The numbers themselves are nowhere.
CREATE TABLE IF NOT EXISTS egovroles_person_number (
    key_id  VARBINARY(32) NOT NULL,
    hash    BINARY(32)    NOT NULL,
    person  BINARY(16)    NOT NULL,
    ordinal INT           NOT NULL,
    PRIMARY KEY (key_id, hash),
    KEY egovroles_person_number_person (person)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT=DYNAMIC;

CREATE TABLE IF NOT EXISTS egovroles_member (
    enterprise  BINARY(16)    NOT NULL,
    person      BINARY(16)    NOT NULL,
    given_name  TEXT          NOT NULL,
    family_name TEXT          NOT NULL,
    search_name BLOB          NOT NULL, -- both, without case and accents
    email       TEXT          NOT NULL,
    phone       TEXT          NOT NULL,
    language    VARBINARY(16) NOT NULL,
    updated_at  BIGINT        NOT NULL,
    erased_at   BIGINT,                 -- NULL: he wasn't erased here
    version     BIGINT        NOT NULL,
    PRIMARY KEY (enterprise, person),
    KEY egovroles_member_person (person, enterprise)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT=DYNAMIC;

-- The terms of office of the chief access managers. A requested one isn't in
-- office: it waits for an operator, who makes it active or refused.
CREATE TABLE IF NOT EXISTS egovroles_gap (
    enterprise            BINARY(16)    NOT NULL,
    id                    BINARY(16)    NOT NULL,
    person                BINARY(16)    NOT NULL,
    procedure_kind        VARBINARY(16) NOT NULL CHECK (procedure_kind IN ('standard', 'exceptional')),
    state                 VARBINARY(16) NOT NULL CHECK (state IN ('requested', 'refused', 'active', 'replaced', 'vacated')),
    designated_by         BINARY(16),
    function_title        TEXT          NOT NULL, -- of who designated him, in the register
    evidence              TEXT          NOT NULL,
    asked_at              BIGINT,                 -- by the exceptional procedure, NULL: by the standard one
    asked_by              BINARY(16),
    asked_given_name      TEXT          NOT NULL, -- and what it was asked with
    asked_family_name     TEXT          NOT NULL,
    asked_email           TEXT          NOT NULL,
    asked_phone           TEXT          NOT NULL,
    asked_language        VARBINARY(16) NOT NULL,
    asked_contact         TEXT          NOT NULL,
    asked_enterprise_name TEXT          NOT NULL,
    from_at               BIGINT,                 -- NULL: it never began
    to_at                 BIGINT,
    resigned_at           BIGINT,
    ended_by              BINARY(16),
    reason                TEXT          NOT NULL,
    version               BIGINT        NOT NULL,
    PRIMARY KEY (enterprise, id),
    KEY egovroles_gap_asked (asked_at, id),
    KEY egovroles_gap_candidate (person, asked_at, id),
    KEY egovroles_gap_person (person, enterprise),
    KEY egovroles_gap_requested (state, asked_at, id) -- those that an operator is to decide on, in all enterprises
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT=DYNAMIC;

-- The terms of office of co-GAPs, and of access managers, who have a domain.
CREATE TABLE IF NOT EXISTS egovroles_manager (
    enterprise BINARY(16)     NOT NULL,
    id         BINARY(16)     NOT NULL,
    person     BINARY(16)     NOT NULL,
    kind       VARBINARY(16)  NOT NULL CHECK (kind IN ('co_gap', 'access_manager')),
    domain     VARBINARY(255) NOT NULL, -- empty for a co-GAP
    first_day  INT,
    last_day   INT,                     -- NULL: no end
    from_at    BIGINT,                  -- NULL: never in office
    to_at      BIGINT,                  -- NULL: no end
    named_by   BINARY(16),
    named_at   BIGINT         NOT NULL,
    ended_at   BIGINT,                  -- when somebody ended the term
    ended_by   BINARY(16),
    reason     TEXT           NOT NULL,
    told INT NOT NULL DEFAULT 0, -- 1: that it ends soon, 2: that it is over
    version    BIGINT         NOT NULL,
    PRIMARY KEY (enterprise, id),
    KEY egovroles_manager_person (person, enterprise, id),
    KEY egovroles_manager_due (ended_at, told, to_at, enterprise, id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT=DYNAMIC;

-- An establishment unit as one enterprise has or had it. One that moved is
-- here twice, under two ids and one number.
CREATE TABLE IF NOT EXISTS egovroles_unit (
    enterprise BINARY(16)    NOT NULL,
    id         BINARY(16)    NOT NULL,
    number     VARBINARY(10) NOT NULL, -- ten digits
    name       TEXT          NOT NULL,
    added_at   BIGINT        NOT NULL,
    added_by   BINARY(16),
    closed_at  BIGINT,                 -- closed or moved, NULL: it is open
    closed_by  BINARY(16),
    moved_to   BINARY(16),             -- the enterprise that has it now
    moved_from BINARY(16),             -- the one that had it before
    reason     TEXT          NOT NULL,
    version    BIGINT        NOT NULL,
    PRIMARY KEY (enterprise, id),
    KEY egovroles_unit_added (enterprise, added_at, id),
    KEY egovroles_unit_number (enterprise, number, added_at, id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT=DYNAMIC;

-- The times in which no access is given. The one that lasts is in
-- egovroles_enterprise too, which is where checks look.
CREATE TABLE IF NOT EXISTS egovroles_suspension (
    enterprise   BINARY(16) NOT NULL,
    id           BINARY(16) NOT NULL,
    from_at      BIGINT     NOT NULL,
    to_at        BIGINT,              -- NULL: it lasts
    suspended_by BINARY(16),
    reason       TEXT       NOT NULL,
    resumed_by   BINARY(16),
    version      BIGINT     NOT NULL,
    PRIMARY KEY (enterprise, id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT=DYNAMIC;

-- Invitations saved for later use, with durations in the place of dates.
CREATE TABLE IF NOT EXISTS egovroles_template (
    enterprise    BINARY(16)       NOT NULL,
    id            BINARY(16)       NOT NULL,
    name          TEXT             NOT NULL,
    description   TEXT             NOT NULL,
    offered_lines MEDIUMTEXT       NOT NULL, -- JSON: roles, units, days, properties
    applications  BLOB             NOT NULL, -- of the roles in them: [calista][monespace]
    message       TEXT             NOT NULL,
    days          INT              NOT NULL, -- to answer, 0: as many as the policy gives
    language      VARBINARY(16)    NOT NULL,
    created_by    BINARY(16),
    created_as    TINYINT UNSIGNED NOT NULL, -- bits, as invited_as
    created_at    BIGINT           NOT NULL,
    retired_at    BIGINT,                    -- NULL: it is in use
    version       BIGINT           NOT NULL,
    PRIMARY KEY (enterprise, id),
    KEY egovroles_template_created (enterprise, created_at, id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT=DYNAMIC;

CREATE TABLE IF NOT EXISTS egovroles_invitation (
    enterprise    BINARY(16)       NOT NULL,
    id            BINARY(16)       NOT NULL,
    offered_lines MEDIUMTEXT       NOT NULL, -- JSON: roles, units, periods, properties
    applications  BLOB             NOT NULL, -- of the roles in them: [calista][monespace]
    role_codes    BLOB             NOT NULL, -- likewise
    unit_ids      BLOB             NOT NULL, -- likewise
    message       TEXT             NOT NULL,
    invited_by    BINARY(16),
    invited_as    TINYINT UNSIGNED NOT NULL, -- bits: 1 GAP, 2 co-GAP, 4 access manager, 8 managing role
    created_at    BIGINT           NOT NULL,
    language      VARBINARY(16)    NOT NULL,
    version       BIGINT           NOT NULL,
    PRIMARY KEY (enterprise, id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT=DYNAMIC;

-- Expired is not a state here: it is an invited one past expires_at.
CREATE TABLE IF NOT EXISTS egovroles_recipient (
    enterprise         BINARY(16)     NOT NULL,
    id                 BINARY(16)     NOT NULL,
    invitation         BINARY(16)     NOT NULL,
    given_name         TEXT           NOT NULL, -- whom it was sent to
    family_name        TEXT           NOT NULL,
    search_name        BLOB           NOT NULL, -- both, without case and accents
    email              TEXT           NOT NULL,
    email_key          VARBINARY(320) NOT NULL, -- email in one case, to compare by
    language           VARBINARY(16)  NOT NULL,
    person             BINARY(16),              -- NULL: whoever holds the link
    state              VARBINARY(16)  NOT NULL CHECK (state IN ('invited', 'accepted', 'declined', 'revoked')),
    expires            INT,                     -- the last day, expires_at when it is over
    expires_at         BIGINT         NOT NULL,
    generation         INT            NOT NULL, -- counts the tokens sent
    key_id             VARBINARY(32)  NOT NULL,
    token_hash         BINARY(32),
    sent_at            BIGINT,
    answered_at        BIGINT,
    answer_person      BINARY(16),
    answer_given_name  TEXT           NOT NULL,
    answer_family_name TEXT           NOT NULL,
    answer_email       TEXT           NOT NULL,
    answer_reason      TEXT           NOT NULL,
    created_at         BIGINT         NOT NULL,
    told INT NOT NULL DEFAULT 0, -- 1: that it ends soon, 2: that it is over
    version            BIGINT         NOT NULL,
    PRIMARY KEY (enterprise, id),
    UNIQUE KEY egovroles_recipient_token (token_hash),
    KEY egovroles_recipient_created (enterprise, created_at, id),
    KEY egovroles_recipient_invitation (enterprise, invitation, created_at, id),
    KEY egovroles_recipient_email (email_key, enterprise),
    KEY egovroles_recipient_person (person),
    KEY egovroles_recipient_answer (answer_person),
    KEY egovroles_recipient_due (state, told, expires_at, enterprise, id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT=DYNAMIC;

-- Lapsed is not a state here: it is a pending one past lapses_at.
CREATE TABLE IF NOT EXISTS egovroles_request (
    enterprise       BINARY(16)     NOT NULL,
    id               BINARY(16)     NOT NULL,
    invitation       BINARY(16),              -- and its recipient, NULL: a manager asked directly
    recipient        BINARY(16),
    person           BINARY(16)     NOT NULL,
    role             VARBINARY(255) NOT NULL,
    unit             BINARY(16),              -- NULL: the whole enterprise
    first_day        INT,
    last_day         INT,                     -- NULL: no end
    properties       MEDIUMTEXT,              -- JSON
    kind             VARBINARY(16)  NOT NULL CHECK (kind IN ('', 'replace', 'extend')),
    target           BINARY(16),              -- the assignment to replace or extend
    four_eyes        TINYINT        NOT NULL, -- 1: two managers must approve
    no_self_approval TINYINT        NOT NULL, -- 1: neither who asked nor who gets the role
    requested_by     BINARY(16),
    state            VARBINARY(16)  NOT NULL CHECK (state IN ('pending', 'approved', 'refused', 'withdrawn')),
    requested_at     BIGINT         NOT NULL,
    lapses_at        BIGINT         NOT NULL,
    endorsed_at      BIGINT,                  -- the first approval of two
    endorsed_by      BINARY(16),
    decided_at       BIGINT,
    decided_by       BINARY(16),
    reason           TEXT           NOT NULL,
    assignment       BINARY(16),              -- what an approval made
    told INT NOT NULL DEFAULT 0, -- 1: that it ends soon, 2: that it is over
    version          BIGINT         NOT NULL,
    PRIMARY KEY (enterprise, id),
    KEY egovroles_request_requested (enterprise, requested_at, id),
    KEY egovroles_request_pending (enterprise, state, requested_at, id), -- the open tasks are few, however long the history
    KEY egovroles_request_person (person, requested_at, id),
    KEY egovroles_request_due (state, told, lapses_at, enterprise, id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT=DYNAMIC;

-- Keyed so that what one check reads lies together. Whether a role is in force
-- is a matter of from_at, to_at and ended_at alone.
CREATE TABLE IF NOT EXISTS egovroles_assignment (
    enterprise  BINARY(16)     NOT NULL,
    id          BINARY(16)     NOT NULL,
    person      BINARY(16)     NOT NULL,
    role        VARBINARY(255) NOT NULL,
    unit        BINARY(16),              -- NULL: the whole enterprise
    first_day   INT,
    last_day    INT,                     -- NULL: no end
    properties  MEDIUMTEXT,              -- JSON
    from_at     BIGINT,                  -- NULL: never in force
    to_at       BIGINT,                  -- NULL: no end
    ended_at    BIGINT,                  -- when an act took it away
    given_by    BINARY(16),
    given_as    VARBINARY(64)  NOT NULL,
    given_at    BIGINT         NOT NULL,
    request     BINARY(16),              -- whose approval gave it, NULL: given directly
    replaces    BINARY(16),
    ended_by    BINARY(16),
    ending      VARBINARY(16)  NOT NULL CHECK (ending IN ('', 'ended', 'replaced', 'given_back', 'unit_closed', 'erased')),
    end_reason  TEXT           NOT NULL,
    replaced_by BINARY(16),
    told INT NOT NULL DEFAULT 0, -- 1: that it ends soon, 2: that it is over
    version     BIGINT         NOT NULL,
    PRIMARY KEY (enterprise, person, id),
    UNIQUE KEY egovroles_assignment_id (enterprise, id),
    KEY egovroles_assignment_given (enterprise, given_at, id),
    KEY egovroles_assignment_person (person, enterprise, id),
    KEY egovroles_assignment_due (ended_at, told, to_at, enterprise, id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT=DYNAMIC;

-- The chain of each enterprise: seq is the epoch of the commit, prev the hash
-- of the record before. details and salt may be erased, the chain still holds.
CREATE TABLE IF NOT EXISTS egovroles_audit (
    enterprise BINARY(16)     NOT NULL,
    seq        BIGINT         NOT NULL,
    ordinal    INT            NOT NULL,
    at         BIGINT         NOT NULL,
    event      VARBINARY(64)  NOT NULL,
    actor      BINARY(16),
    capacity   VARBINARY(64)  NOT NULL,
    assurance  VARBINARY(16)  NOT NULL CHECK (assurance IN ('none', 'low', 'substantial', 'high')),
    person     BINARY(16),
    object     VARBINARY(255) NOT NULL,
    object_id  BINARY(16),
    data       MEDIUMTEXT,              -- JSON
    details    MEDIUMTEXT,              -- JSON
    salt       VARBINARY(64),
    commitment BINARY(32),
    prev       BINARY(32),
    hash       BINARY(32),
    PRIMARY KEY (enterprise, seq, ordinal)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT=DYNAMIC;

CREATE TABLE IF NOT EXISTS egovroles_outbox (
    enterprise    BINARY(16)    NOT NULL,
    id            BINARY(16)    NOT NULL,
    event         VARBINARY(64) NOT NULL,
    to_kind       VARBINARY(64) NOT NULL,
    to_person     BINARY(16),
    to_name       TEXT          NOT NULL,
    to_email      TEXT          NOT NULL,
    to_language   VARBINARY(16) NOT NULL,
    data          MEDIUMTEXT,             -- JSON
    also          MEDIUMTEXT,             -- JSON: what else it tells
    recipient     BINARY(16),             -- whose link it carries, NULL: none
    generation    INT           NOT NULL,
    key_id        VARBINARY(32) NOT NULL,
    created_at    BIGINT        NOT NULL,
    state         VARBINARY(16) NOT NULL CHECK (state IN ('pending', 'sent', 'dropped', 'dead')),
    attempts      INT           NOT NULL,
    next_at       BIGINT        NOT NULL, -- when it may be tried
    last_error    TEXT          NOT NULL,
    claim         BINARY(16),             -- who is sending it, and until when
    claimed_until BIGINT,
    finished_at   BIGINT,
    erased_at     BIGINT,                 -- when the names in it were erased
    PRIMARY KEY (enterprise, id),
    KEY egovroles_outbox_pending (state, attempts, created_at, id, next_at, claimed_until),
    KEY egovroles_outbox_dead (state, created_at, id),
    KEY egovroles_outbox_finished (erased_at, finished_at)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT=DYNAMIC;

CREATE TABLE IF NOT EXISTS egovroles_schema (
    version INT NOT NULL PRIMARY KEY
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT=DYNAMIC;

INSERT IGNORE INTO egovroles_schema (version) VALUES (1);
