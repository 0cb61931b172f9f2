-- 0004: what is shared with a mentor: the share behind a link, comments, their delivery, and codes to read out.

-- Counted up and never down: a number of a comment stands in buttons and on a mentor's page, and must not come to mean
-- another comment after the first one was deleted.
ALTER TABLE people ADD COLUMN last_comment {{int}} NOT NULL DEFAULT 0;
ALTER TABLE people ADD COLUMN last_delivery {{int}} NOT NULL DEFAULT 0;

-- share is the number that the owner's sealed session gives to a share; a calendar has none. reader and looks are
-- sealed: who is whose mentor is nobody else's business, and what a mentor saw are the owner's answers.
ALTER TABLE links ADD COLUMN share {{int}};
ALTER TABLE links ADD COLUMN reader {{blob}};
ALTER TABLE links ADD COLUMN looks {{blob}};

-- Links whose owner was erased: their addresses say that it is over, as those of a link that was stopped. Nothing of
-- a person stands here: a hash of a secret that is nowhere.
CREATE TABLE closed_links (
    token_hash {{blob}} NOT NULL PRIMARY KEY,
    closed_at {{int}} NOT NULL
) {{strict}};

-- One row a comment, on a share of chat_id. what is empty for a comment that was deleted: for a day its row still
-- counts in the mentor's hour, and keeps the form it came from (nonce_hash) from being kept once more.
CREATE TABLE comments (
    chat_id {{int}} NOT NULL REFERENCES people (chat_id) ON DELETE CASCADE,
    number {{int}} NOT NULL,
    share {{int}} NOT NULL,
    own {{int}} NOT NULL,
    created_at {{int}} NOT NULL,
    nonce_hash {{blob}} UNIQUE,
    seen_at {{int}},
    what {{blob}},
    PRIMARY KEY (chat_id, number)
) {{strict}};

-- One row for each comment that is to be told to chat_id in the chat. Erasing the owner of a comment leaves the row of
-- its reader, whose what names a comment that is no more: it is dropped when its turn comes.
CREATE TABLE deliveries (
    chat_id {{int}} NOT NULL REFERENCES people (chat_id) ON DELETE CASCADE,
    number {{int}} NOT NULL,
    due_at {{int}} NOT NULL,
    state TEXT NOT NULL,
    attempts {{int}} NOT NULL,
    lease TEXT,
    lease_until {{int}},
    what {{blob}} NOT NULL,
    settled_at {{int}},
    PRIMARY KEY (chat_id, number)
) {{strict}};

CREATE INDEX deliveries_by_due ON deliveries (due_at) WHERE settled_at IS NULL;

CREATE INDEX deliveries_by_end ON deliveries (settled_at) WHERE settled_at IS NOT NULL;

-- handle is the first third of a code, by which it is found and its tries are counted; digest is a keyed digest of the
-- whole code, so that the database alone cannot be searched for it.
CREATE TABLE codes (
    handle TEXT NOT NULL PRIMARY KEY,
    chat_id {{int}} NOT NULL REFERENCES people (chat_id) ON DELETE CASCADE,
    share {{int}} NOT NULL,
    digest {{blob}} NOT NULL,
    expires_at {{int}} NOT NULL,
    tries {{int}} NOT NULL
) {{strict}};

CREATE INDEX codes_by_person ON codes (chat_id, share);
