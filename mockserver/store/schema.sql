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

create table if not exists files (
    id          text primary key,
    workspace   text not null references workspaces (id),
    command     text not null references commands (id),
    name        text not null
) strict;

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
