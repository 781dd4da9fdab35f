/** The reason that stands where a child was cancelled or terminated because its parent had ended (R28). */
export const PARENT_ENDED = "the run that started it has ended";
