/** What operators tell runs apart by. Workers of the version before give none to the children and successors that they store. */
export const attributes = `
alter table continuum.runs add column attributes jsonb;
`;
