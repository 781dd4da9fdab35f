/** What versions take (R22), signals that no wait got, and signals that a run which has ended may still owe. */
export const contractsAndDebts = `
create table continuum.versions (
  workflow text not null,
  version_hash text not null,
  signals text[],
  constraint versions_pkey primary key (workflow, version_hash)
);

alter table continuum.signals add column set_aside text;
create index signals_set_aside on continuum.signals (chain_id, position) where set_aside is not null;

alter table continuum.runs add column sends boolean;
create index runs_sending on continuum.runs (run_id) where sends;
`;
