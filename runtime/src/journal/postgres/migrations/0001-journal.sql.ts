/** The journal's first schema. Never edited once released: a change is a new migration. */
export const journal = `
create table continuum.runs (
  run_id text primary key,
  chain_id text not null,
  namespace text not null,
  workflow text not null,
  version_hash text not null,
  version_label text not null,
  idempotency_key text,
  birth text not null,
  retention_ms bigint,
  status text not null,
  owner text,
  token bigint not null,
  claim text,
  next_seq integer not null,
  mark bigint not null,
  seen_mark bigint not null,
  news boolean not null,
  awaited boolean not null,
  due_at bigint,
  wake_at bigint,
  created_at bigint not null,
  ended_at bigint,
  diagnosis text,
  terminate_reason text,
  chain_place integer,
  cancel_at bigint,
  cancel_reason text,
  cancel_seen boolean,
  parent_id text,
  parent_command integer,
  parent_chain text,
  on_parent_close text,
  depth integer,
  bears boolean,
  closes boolean,
  reports text,
  constraint runs_status check (status in ('live', 'blocked', 'completed', 'failed', 'cancelled', 'terminated', 'continued')),
  constraint runs_circulation check (status = 'live' or (owner is null and wake_at is null)),
  constraint runs_sleep check (owner is null or wake_at is null),
  constraint runs_parent check (num_nonnulls(parent_id, parent_command, parent_chain, on_parent_close, depth) in (0, 5)),
  constraint runs_reports_values check (reports in ('due', 'told')),
  constraint runs_on_parent_close check (on_parent_close in ('cancel', 'terminate', 'abandon'))
) with (fillfactor = 70);
create unique index runs_key on continuum.runs (namespace, workflow, idempotency_key) where idempotency_key is not null;
create index runs_ready on continuum.runs (workflow, version_hash, wake_at) where wake_at is not null;
create index runs_owned on continuum.runs (owner, workflow, version_hash) where owner is not null;
create index runs_news on continuum.runs (owner) where news and owner is not null;
create unique index runs_chain on continuum.runs (chain_id, chain_place) where chain_place is not null;
create index runs_children on continuum.runs (parent_chain) where parent_chain is not null and status in ('live', 'blocked');
create index runs_reports on continuum.runs (parent_id, parent_command) where reports is not null;
create index runs_unreported on continuum.runs (run_id) where reports = 'due';
create index runs_closing on continuum.runs (run_id) where closes;

create table continuum.events (
  run_id text not null,
  seq integer not null,
  token bigint not null,
  at bigint not null,
  kind text not null,
  body text not null,
  payload text,
  constraint events_pkey primary key (run_id, seq)
);

create table continuum.signals (
  chain_id text not null,
  position bigint not null,
  name text not null,
  payload text,
  accepted_at bigint not null,
  delivery_id text not null,
  consumed boolean not null,
  constraint signals_pkey primary key (chain_id, position)
);
create unique index signals_delivery on continuum.signals (chain_id, delivery_id);
create index signals_waiting on continuum.signals (chain_id, position) where not consumed;

create table continuum.tasks (
  run_id text not null,
  command integer not null,
  activity text not null,
  queue text not null,
  priority integer not null,
  attempt integer not null,
  due_at bigint not null,
  policy text not null,
  payload text not null,
  state text not null,
  claimed_by text,
  claim text,
  started_at bigint,
  outcome text,
  heartbeat_ms bigint,
  heartbeat text,
  beat_by bigint,
  constraint tasks_pkey primary key (run_id, command),
  constraint tasks_state check (state in ('waiting', 'claimed', 'completed', 'failed')),
  constraint tasks_claimer check (state = 'waiting' or claimed_by is not null)
) with (fillfactor = 70);
create index tasks_waiting on continuum.tasks (queue, activity, priority, due_at) where state = 'waiting';
create index tasks_claimed on continuum.tasks (claimed_by) where state = 'claimed';
create index tasks_beats on continuum.tasks (beat_by) where state = 'claimed' and beat_by is not null;

create table continuum.attempts (
  run_id text not null,
  command integer not null,
  attempt integer not null,
  activity text not null,
  started_at bigint not null,
  ended_at bigint not null,
  worker text not null,
  error text,
  constraint attempts_pkey primary key (run_id, command, attempt)
);

create table continuum.activity_keys (
  namespace text not null,
  activity text not null,
  key text not null,
  worker text not null,
  run_id text not null,
  command integer not null,
  attempt integer not null,
  claimed_at bigint not null,
  settled_at bigint,
  result text,
  constraint activity_keys_pkey primary key (namespace, activity, key)
);

create table continuum.workers (
  worker_id text primary key,
  enlisted_at bigint not null,
  lease_until bigint not null,
  dead_at bigint,
  claim_floor bigint not null
) with (fillfactor = 50);
`;
