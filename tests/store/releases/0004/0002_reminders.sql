-- 0002: what each person is to be reminded of, and when to look at each person again.

-- One row a reminder. `what` is sealed: which item it is says much about a person (a visa, an exam still to be passed).
CREATE TABLE reminders (
    chat_id {{int}} NOT NULL REFERENCES people (chat_id) ON DELETE CASCADE,
    number {{int}} NOT NULL,
    due_at {{int}} NOT NULL,
    state TEXT NOT NULL,
    attempts {{int}} NOT NULL,
    notice TEXT,
    what {{blob}} NOT NULL,
    settled_at {{int}},
    PRIMARY KEY (chat_id, number)
) {{strict}};

CREATE INDEX reminders_by_end ON reminders (settled_at) WHERE settled_at IS NOT NULL;

-- One row a person who has reminders or had some. Whoever sends takes the person, not single reminders, so that
-- everything that is due comes in one message. next_at is the earliest due_at of what is still to be sent.
CREATE TABLE agendas (
    chat_id {{int}} PRIMARY KEY REFERENCES people (chat_id) ON DELETE CASCADE,
    next_at {{int}},
    urgent_at {{int}},
    lease TEXT,
    lease_until {{int}},
    digest_at {{int}},
    basis TEXT NOT NULL
) {{strict}};

CREATE INDEX agendas_by_next ON agendas (next_at) WHERE next_at IS NOT NULL;
