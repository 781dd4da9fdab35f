/** A piece of text of a file to be replaced; an empty range inserts. */
export interface Edit {
  /** Absolute. */
  readonly fileName: string;
  /** Offsets into the file's text, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * A change that an editor can offer for a diagnostic, as data. After it, the program type-checks as it did and the diagnostic is
 * gone. The edits do not overlap, and all of them speak of the text as it is now.
 */
export interface Fix {
  /** "Replace Date.now() with now()". */
  readonly title: string;
  readonly edits: readonly Edit[];
}
