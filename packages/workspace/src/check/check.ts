/** A check of the repository: what it finds, and whether it may mend it. */
export interface Check {
  readonly name: string;
  /** One text per problem; none means that all is well. */
  readonly findProblems: (task: CheckTask) => Promise<readonly string[]>;
}

export interface CheckTask {
  readonly root: string;
  /** `fix`: what a machine can mend. `updateExports`: the public exports are as they should be. */
  readonly may: { readonly fix: boolean; readonly updateExports: boolean };
}
