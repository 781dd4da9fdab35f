/**
 * Deaths that are counted against runs (R41). Workers of the version before neither count nor forget them: a trial names its token,
 * which their claims raise, so that nothing which they leave behind can convict a run.
 */
export const suspects = `
alter table continuum.runs add column deaths integer, add column trial bigint;
`;
