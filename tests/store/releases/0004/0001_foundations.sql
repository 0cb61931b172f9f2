-- 0001: people, where each is in a conversation, which updates were applied, and who is at work.
-- {{int}}, {{blob}} and {{strict}} are the dialect's words (bot/store/dialects.py). A statement ends with ";" at the
-- end of a line. A migration that was released is never edited: its checksum is kept in the database.

-- One row a person. Erasing it erases everything that belongs to it: each later table refers here and cascades.
CREATE TABLE people (
    chat_id {{int}} PRIMARY KEY,
    created_at {{int}} NOT NULL,
    unreachable_at {{int}}
) {{strict}};

CREATE TABLE sessions (
    chat_id {{int}} PRIMARY KEY REFERENCES people (chat_id) ON DELETE CASCADE,
    version {{int}} NOT NULL,
    body {{blob}} NOT NULL,
    updated_at {{int}} NOT NULL
) {{strict}};

CREATE TABLE applied_updates (
    update_id {{int}} PRIMARY KEY,
    applied_at {{int}} NOT NULL
) {{strict}};

CREATE INDEX applied_updates_by_age ON applied_updates (applied_at);

CREATE TABLE leases (
    name TEXT NOT NULL PRIMARY KEY,
    holder TEXT NOT NULL,
    lease_until {{int}} NOT NULL
) {{strict}};

CREATE TABLE heartbeats (
    name TEXT NOT NULL PRIMARY KEY,
    beat_at {{int}} NOT NULL
) {{strict}};

-- For each encryption key that was ever used here: a known text sealed under it, so that a wrong key is noticed.
CREATE TABLE vault_keys (
    key_id {{blob}} NOT NULL PRIMARY KEY,
    proof {{blob}} NOT NULL
) {{strict}};
