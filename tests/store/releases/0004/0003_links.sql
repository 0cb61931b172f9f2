-- 0003: secret addresses that open a page or a calendar of one person without Telegram.

-- The token itself is nowhere: only its SHA-256. A revoked link stays, so that its address says that it is over and is
-- never given out again. A row has no number of its own: the hash is unique, and PostgreSQL and SQLite count rows
-- in different words.
CREATE TABLE links (
    token_hash {{blob}} NOT NULL PRIMARY KEY,
    chat_id {{int}} NOT NULL REFERENCES people (chat_id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    created_at {{int}} NOT NULL,
    expires_at {{int}},
    revoked_at {{int}},
    views {{int}} NOT NULL,
    seen_at {{int}}
) {{strict}};

CREATE INDEX links_by_person ON links (chat_id, kind);
