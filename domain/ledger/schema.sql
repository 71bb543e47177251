-- The ledger: events, receipts, reserved numbers, refused attempts. Run by the owner inside the prefecture's schema (search_path is set).
-- The application role may SELECT and INSERT here and nothing else (I20); the functions run with the caller's rights.

CREATE TABLE IF NOT EXISTS ledger_events (
    originator_id      text        NOT NULL,   -- the stream: approval-R8-000123, directory, document-number/道路/2026
    originator_version bigint      NOT NULL,
    topic              text        NOT NULL,   -- the event's versioned tag
    state              bytea       NOT NULL,   -- canonical JSON {"event": …, "meta": …}
    notification_id    bigint      NOT NULL,   -- the position: 1..n without holes, in commit order
    recorded_at        timestamptz NOT NULL,   -- real time, whatever the injected clock said
    leaf               bytea       NOT NULL,   -- RFC 6962 leaf hash over every other column
    PRIMARY KEY (originator_id, originator_version)
);
CREATE UNIQUE INDEX IF NOT EXISTS ledger_events_position ON ledger_events (notification_id);
CREATE INDEX IF NOT EXISTS ledger_events_recorded ON ledger_events (recorded_at);

CREATE TABLE IF NOT EXISTS ledger_receipts (
    command_id     uuid        PRIMARY KEY,
    payload_sha256 bytea       NOT NULL,
    stream         text        NOT NULL,
    first_version  bigint,                     -- versions of the record's own stream; null for a refusal
    last_version   bigint,
    first_position bigint,                     -- the command's one contiguous batch, guard streams included
    last_position  bigint,
    refused_code   text,
    refused_field  text,
    recorded_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    CHECK ((refused_code IS NULL) = (last_position IS NOT NULL))
);
CREATE INDEX IF NOT EXISTS ledger_receipts_stream ON ledger_receipts (stream);

CREATE TABLE IF NOT EXISTS ledger_numbers (
    noun        text        NOT NULL,
    fiscal_year int         NOT NULL,
    serial      bigint      NOT NULL,
    command_id  uuid        NOT NULL,
    reserved_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (noun, fiscal_year, serial),
    UNIQUE (noun, command_id)
);

CREATE TABLE IF NOT EXISTS security_log (
    id          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    what        text        NOT NULL,          -- refused | forged | decode-refused | token-refused …
    actor       text        NOT NULL,
    post        text,
    subject     text        NOT NULL,          -- the stream or resource
    act         text        NOT NULL,
    code        text        NOT NULL
);

-- The entry hashed into a leaf: every column, each field behind its length, so that no two entries share bytes (RFC 6962 §2.1: 0x00 ‖ entry).
-- It never changes its answer, yet is declared STABLE as convert_to and extract are: only so is it inlined, which halves its cost.
CREATE OR REPLACE FUNCTION ledger_leaf(p_position bigint, p_stream text, p_version bigint, p_topic text, p_state bytea, p_recorded_at timestamptz)
RETURNS bytea LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT sha256('\x00'::bytea
        || int8send(p_position) || int8send(p_version) || int8send((extract(epoch FROM p_recorded_at) * 1000000)::bigint)
        || int4send(octet_length(p_stream)) || convert_to(p_stream, 'UTF8')
        || int4send(octet_length(p_topic)) || convert_to(p_topic, 'UTF8')
        || int4send(octet_length(p_state)) || p_state)
$$;

-- What every append begins with: the table's lock, which makes commit order the order of positions (I4), and a look whether the streams that
-- the decision rested on are still where they were. Gives the last position and the time of recording.
CREATE OR REPLACE FUNCTION ledger_open(p_expected_streams text[], p_expected_versions bigint[])
RETURNS TABLE (before bigint, now timestamptz) LANGUAGE plpgsql
SET search_path FROM CURRENT SET lock_timeout = '3s' AS $$
DECLARE
    v_moved text;
BEGIN
    LOCK TABLE ledger_events IN EXCLUSIVE MODE;
    IF cardinality(p_expected_streams) > 0 THEN
        SELECT x.stream INTO v_moved FROM unnest(p_expected_streams, p_expected_versions) AS x (stream, version)
        WHERE x.version <> coalesce((SELECT max(e.originator_version) FROM ledger_events e WHERE e.originator_id = x.stream), 0) LIMIT 1;
        IF v_moved IS NOT NULL THEN
            RAISE unique_violation USING MESSAGE = 'stream moved: ' || v_moved;
        END IF;
    END IF;
    RETURN QUERY SELECT coalesce(max(e.notification_id), 0), clock_timestamp() FROM ledger_events e;
END $$;

-- One round trip, one transaction: open, append events with their leaves, then the receipts. A version or receipt already there is a unique
-- violation; a moved stream is one too.
CREATE OR REPLACE FUNCTION ledger_append(
    p_streams text[], p_versions bigint[], p_topics text[], p_states bytea[],
    p_expected_streams text[], p_expected_versions bigint[],
    p_commands uuid[], p_payloads bytea[], p_command_streams text[],
    p_first_versions bigint[], p_last_versions bigint[], p_first_rows int[], p_last_rows int[])
RETURNS TABLE (first_position bigint, appended_at timestamptz) LANGUAGE plpgsql
SET search_path FROM CURRENT AS $$
DECLARE
    v_before bigint;
    v_now timestamptz;
BEGIN
    SELECT o.before, o.now INTO v_before, v_now FROM ledger_open(p_expected_streams, p_expected_versions) AS o;
    INSERT INTO ledger_events (originator_id, originator_version, topic, state, notification_id, recorded_at, leaf)
    SELECT x.stream, x.version, x.topic, x.state, v_before + x.row, v_now,
           ledger_leaf(v_before + x.row, x.stream, x.version, x.topic, x.state, v_now)
    FROM unnest(p_streams, p_versions, p_topics, p_states) WITH ORDINALITY AS x (stream, version, topic, state, row);
    INSERT INTO ledger_receipts (command_id, payload_sha256, stream, first_version, last_version, first_position, last_position)
    SELECT r.command, r.payload, r.stream, r.first_version, r.last_version, v_before + r.first_row, v_before + r.last_row
    FROM unnest(p_commands, p_payloads, p_command_streams, p_first_versions, p_last_versions, p_first_rows, p_last_rows)
        AS r (command, payload, stream, first_version, last_version, first_row, last_row);
    NOTIFY ledger_events;
    RETURN QUERY SELECT v_before + 1, v_now;
END $$;

-- A refusal: its receipt, and a line in the security log, together.
CREATE OR REPLACE FUNCTION ledger_refuse(
    p_command uuid, p_payload bytea, p_stream text, p_code text, p_field text, p_actor text, p_post text, p_act text)
RETURNS void LANGUAGE sql SET search_path FROM CURRENT AS $$
    INSERT INTO ledger_receipts (command_id, payload_sha256, stream, refused_code, refused_field) VALUES (p_command, p_payload, p_stream, p_code, p_field);
    INSERT INTO security_log (what, actor, post, subject, act, code) VALUES ('refused', p_actor, p_post, p_stream, p_act, p_code);
$$;

-- The number of one create command: the same command always gets the same number; fifty at once get one (serialised per noun and year).
CREATE OR REPLACE FUNCTION ledger_reserve_number(p_noun text, p_fiscal_year int, p_command uuid)
RETURNS TABLE (serial bigint, fiscal_year int) LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    RETURN QUERY SELECT n.serial, n.fiscal_year FROM ledger_numbers n WHERE n.noun = p_noun AND n.command_id = p_command;
    IF FOUND THEN
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended(current_schema() || '/number/' || p_noun || '/' || p_fiscal_year, 0));
    RETURN QUERY SELECT n.serial, n.fiscal_year FROM ledger_numbers n WHERE n.noun = p_noun AND n.command_id = p_command;
    IF FOUND THEN
        RETURN;
    END IF;
    RETURN QUERY INSERT INTO ledger_numbers AS n (noun, fiscal_year, serial, command_id)
    SELECT p_noun, p_fiscal_year, coalesce(max(o.serial), 0) + 1, p_command
    FROM ledger_numbers o WHERE o.noun = p_noun AND o.fiscal_year = p_fiscal_year
    RETURNING n.serial, n.fiscal_year;
END $$;
