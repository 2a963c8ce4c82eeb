create table if not exists workspaces (
    id         text primary key,        -- SHA-256 of API and credential: the credential itself is never stored
    api        text not null,
    clock_ms   integer not null         -- where a virtual clock stands
) strict;

create table if not exists accounts (   -- a workspace's webhook configuration
    workspace   text primary key references workspaces (id),
    url         text not null,
    secret      text,
    active      integer not null,
    failures    integer not null,
    disabled_ms integer
) strict;

create table if not exists commands (
    ordinal     integer primary key,    -- in order of submission, over all workspaces
    id          text not null unique,
    workspace   text not null references workspaces (id),
    status      text not null,
    request     text not null,          -- JSON, as accepted
    created_ms  integer not null,
    result      text                    -- JSON, once the command is over
) strict;
create index if not exists commands_of on commands (workspace, created_ms);

create table if not exists files (
    id          text primary key,
    workspace   text not null references workspaces (id),
    command     text not null references commands (id),
    name        text not null
) strict;
create index if not exists files_of on files (command);

create table if not exists deliveries (
    id          integer primary key,
    workspace   text not null references workspaces (id),
    webhook     text not null,
    subject     text not null,
    url         text not null,          -- where it goes, as known when it was owed
    own_url     integer not null,       -- 1: always to `url`; 0: to the account's URL of each attempt's moment
    state       text not null,
    attempts    integer not null,
    due_ms      integer not null,
    created_ms  integer not null
) strict;
create index if not exists deliveries_due on deliveries (workspace, due_ms, id) where state = 'pending';
create index if not exists deliveries_of on deliveries (workspace, id);

create table if not exists attempts (
    delivery    integer not null references deliveries (id),
    number      integer not null,
    url         text not null,
    started_ms  integer not null,
    finished_ms integer not null,
    status      integer,
    error       text,
    primary key (delivery, number)
) strict, without rowid;

create table if not exists ricloud_organisations (
    id              integer primary key,
    workspace       text not null unique references workspaces (id),
    name            text not null,
    default_config  integer,
    key_config      integer,
    created_ms      integer not null
) strict;

create table if not exists ricloud_configs (
    id              integer primary key autoincrement,  -- never used again: it may stand in a client's notes
    workspace       text not null references workspaces (id),
    url             text not null,
    secret          text not null,
    state           text not null,
    test            text,                   -- the newest task that tests it
    created_ms      integer not null
) strict;
create index if not exists ricloud_configs_of on ricloud_configs (workspace, id);

create table if not exists ricloud_tasks (
    ordinal         integer primary key,
    id              text not null unique,
    workspace       text not null references workspaces (id),
    type            text not null,
    config          integer not null references ricloud_configs (id),
    state           text not null,
    error           text,
    message         text,
    created_ms      integer not null,
    started_ms      integer,
    completed_ms    integer
) strict;
create index if not exists ricloud_tasks_of on ricloud_tasks (workspace, ordinal);
create index if not exists ricloud_tasks_about on ricloud_tasks (config);

create table if not exists ricloud_events (
    ordinal         integer primary key,
    id              text not null unique,
    workspace       text not null references workspaces (id),
    type            text not null,
    action          text not null,
    data            text not null,          -- JSON, as it was when the event happened
    config          integer references ricloud_configs (id),
    task            text references ricloud_tasks (id),
    state           text not null,
    retries         integer not null,
    created_ms      integer not null,
    delivered_ms    integer
) strict;
create index if not exists ricloud_events_of on ricloud_events (workspace, ordinal);
create index if not exists ricloud_events_to on ricloud_events (config);
create index if not exists ricloud_events_testing on ricloud_events (task);

create table if not exists bannx_pages (
    ordinal         integer primary key,
    workspace       text not null references workspaces (id),
    id              text not null,
    draft           text not null,          -- JSON: as it is being edited
    published       text,                   -- JSON: what renders read; null until it is published
    created_ms      integer not null,
    unique (workspace, id)
) strict;

create table if not exists bannx_renders (
    ordinal         integer primary key,
    id              text not null unique,
    workspace       text not null references workspaces (id),
    is_logged       integer not null,
    page            text,
    status          integer not null,
    event           text,                   -- JSON: the request and its result, for a callback that is not over
    file            text,                   -- JSON: what was uploaded and attached
    created_ms      integer not null
) strict;
create index if not exists bannx_renders_of on bannx_renders (workspace, ordinal);
create index if not exists bannx_renders_owing on bannx_renders (ordinal) where event is not null;

create table if not exists bannx_steps (
    render          text not null references bannx_renders (id) on delete cascade,
    step            text not null,
    tries           integer not null,
    failure         text,                   -- why it has failed; null where it has succeeded
    file            text,                   -- JSON: what an upload has given
    primary key (render, step)
) strict, without rowid;

create table if not exists bannx_credits (
    workspace       text primary key references workspaces (id),
    used            integer not null
) strict, without rowid;
