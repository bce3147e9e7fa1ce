import GRDB

/// The schema of `records.sqlite`, step by step. A step that was released is never changed: a new one is added.
enum Migrations {
    static var all: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 alerts, incidents, outbox") { database in
            try database.execute(
                sql: """
                    CREATE TABLE alert (
                        id TEXT PRIMARY KEY NOT NULL,
                        record TEXT NOT NULL          -- AlertRecord as JSON
                    ) STRICT;

                    CREATE TABLE incident (
                        number INTEGER PRIMARY KEY NOT NULL,
                        state TEXT NOT NULL,
                        opened_at INTEGER NOT NULL,   -- milliseconds since the epoch, as all moments here
                        resolved_at INTEGER,
                        record TEXT NOT NULL          -- Incident as JSON, its timeline left empty
                    ) STRICT;
                    CREATE INDEX incident_by_resolution ON incident (resolved_at);

                    -- Append-only, so that whoever tells of an incident cannot overwrite what another has told.
                    CREATE TABLE incident_timeline (
                        id INTEGER PRIMARY KEY AUTOINCREMENT,
                        number INTEGER NOT NULL REFERENCES incident (number) ON DELETE CASCADE,
                        at INTEGER NOT NULL,
                        text TEXT NOT NULL,
                        UNIQUE (number, at, text)
                    ) STRICT;

                    -- A delivered page keeps its row: its identifier says that it was sent.
                    CREATE TABLE page (
                        id TEXT PRIMARY KEY NOT NULL,
                        written_at INTEGER NOT NULL,
                        record TEXT NOT NULL,         -- Page as JSON
                        attempts INTEGER NOT NULL DEFAULT 0,
                        next_attempt_at INTEGER NOT NULL,
                        last_failure TEXT,
                        delivered_at INTEGER
                    ) STRICT;
                    CREATE INDEX page_undelivered ON page (written_at) WHERE delivered_at IS NULL;
                    """)
        }
        migrator.registerMigration("2 evaluations of rule groups") { database in
            try database.execute(
                sql: """
                    -- Up to where the rules of a group were evaluated, so that what a stop of the server left out can be made up for.
                    CREATE TABLE rule_group (
                        name TEXT PRIMARY KEY NOT NULL,
                        evaluated_at INTEGER NOT NULL
                    ) STRICT;
                    """)
        }
        migrator.registerMigration("3 probe messages") { database in
            try database.execute(
                sql: """
                    CREATE TABLE probe (
                        id TEXT PRIMARY KEY NOT NULL,
                        vantage TEXT NOT NULL,
                        journey TEXT NOT NULL,
                        begun_at INTEGER NOT NULL,
                        stage TEXT NOT NULL,          -- begun, accepted, unsent, or how it ended: inbox, junk, ...
                        accepted_at INTEGER,
                        server TEXT,
                        reply TEXT,
                        queue_id TEXT,
                        settled_at INTEGER,           -- NULL while it is awaited
                        reason TEXT,
                        place TEXT,                   -- of the copy that was seen first: inbox, junk, quarantine
                        folder TEXT,
                        uid INTEGER,
                        seen_at INTEGER
                    ) STRICT;
                    CREATE INDEX probe_outstanding ON probe (vantage, journey) WHERE settled_at IS NULL;
                    CREATE INDEX probe_by_end ON probe (settled_at, stage) WHERE settled_at IS NOT NULL;
                    CREATE INDEX probe_by_queue_id ON probe (queue_id) WHERE queue_id IS NOT NULL;

                    -- Never trimmed: counters go on where they were.
                    CREATE TABLE probe_tally (
                        vantage TEXT NOT NULL,
                        journey TEXT NOT NULL,
                        record TEXT NOT NULL,         -- ProbeTally as JSON
                        PRIMARY KEY (vantage, journey)
                    ) STRICT, WITHOUT ROWID;
                    """)
        }
        migrator.registerMigration("4 ways of probe messages") { database in
            try database.execute(
                sql: """
                    -- What a run itself knows of the way of its message.
                    CREATE TABLE passage (
                        probe TEXT PRIMARY KEY NOT NULL,
                        journey TEXT NOT NULL,
                        vantage TEXT NOT NULL,
                        started_at INTEGER NOT NULL,
                        is_delivered INTEGER NOT NULL,
                        record TEXT NOT NULL          -- ProbePassage as JSON
                    ) STRICT;
                    CREATE INDEX passage_by_start ON passage (started_at);
                    CREATE INDEX passage_by_journey ON passage (journey, started_at);
                    CREATE INDEX passage_by_vantage ON passage (vantage, started_at);

                    -- What the logs of hops say of messages; a message may be known here before its run is over.
                    CREATE TABLE transit (
                        key TEXT PRIMARY KEY NOT NULL, -- node, instance, queue id, probe
                        probe TEXT NOT NULL,
                        taken_at INTEGER NOT NULL,
                        record TEXT NOT NULL          -- Transit as JSON
                    ) STRICT;
                    CREATE INDEX transit_by_probe ON transit (probe);
                    CREATE INDEX transit_by_age ON transit (taken_at);
                    """)
        }
        migrator.registerMigration("5 reports by when they came, and by size") { database in
            try database.execute(
                sql: """
                    -- When it was taken in, by the server's own clock; started_at is somebody else's.
                    ALTER TABLE passage ADD COLUMN taken_at INTEGER NOT NULL DEFAULT 0;
                    ALTER TABLE passage ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;     -- of the record
                    ALTER TABLE transit ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;
                    UPDATE passage SET taken_at = started_at, bytes = length(CAST(record AS BLOB));
                    UPDATE transit SET bytes = length(CAST(record AS BLOB));
                    CREATE INDEX passage_by_age ON passage (taken_at, bytes);
                    DROP INDEX transit_by_age;
                    CREATE INDEX transit_by_age ON transit (taken_at, bytes);

                    -- The last run of each journey at each vantage that an agent told.
                    CREATE TABLE last_run (
                        journey TEXT NOT NULL,
                        vantage TEXT NOT NULL,
                        started_at INTEGER NOT NULL,
                        taken_at INTEGER NOT NULL,
                        bytes INTEGER NOT NULL,
                        record TEXT NOT NULL,         -- JourneyReport as JSON
                        PRIMARY KEY (vantage, journey)
                    ) STRICT;
                    CREATE INDEX last_run_by_age ON last_run (taken_at, bytes);

                    -- How messages ended at other vantages. Apart from the server's own books, which no agent changes.
                    CREATE TABLE reported_message (
                        probe TEXT PRIMARY KEY NOT NULL,
                        journey TEXT NOT NULL,
                        vantage TEXT NOT NULL,
                        outcome TEXT NOT NULL,
                        booked_at INTEGER NOT NULL,   -- by the vantage's clock
                        taken_at INTEGER NOT NULL,
                        bytes INTEGER NOT NULL,
                        record TEXT NOT NULL          -- MessageReport as JSON
                    ) STRICT;
                    CREATE INDEX reported_message_by_age ON reported_message (taken_at, bytes);
                    CREATE INDEX reported_loss ON reported_message (booked_at) WHERE outcome = 'lost';
                    """)
        }
        return migrator
    }
}
